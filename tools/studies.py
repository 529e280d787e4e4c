"""What the page of a study has beside its notebook: minutes, closed solutions, figures to save,
citation; and `python -m tools.studies`: the notebooks without solutions, in exercises/, where
Colab finds them"""
import json
import re
import subprocess
import sys
from itertools import chain, takewhile
from pathlib import Path
from shutil import rmtree
from textwrap import wrap

from fastcore.nbio import dict2nb, mk_cell, nb2str, read_nb, write_nb
from nbdev.config import get_config

from tools.layout import VEGA
from tools.metadata import settings, verified
from tools.pages import commit, page, title_and_lead, to_site


def box_in(text):
    "What a Markdown cell that is a box says; None if it is none"
    box = re.fullmatch(r"> \[!NOTE\]\n((?:>.*\n?)+)", text)
    return box and re.sub(r"^> ?", "", box[1], flags=re.M)


def box_of(nb):
    "The first box of a notebook"
    texts = (o.source for o in nb.cells if o.cell_type == "markdown")
    return next(filter(None, map(box_in, texts)), None)


def minutes(cells):
    "Minutes of the text of `cells` with its figures, and with the code: how a box counts them"
    text = "\n".join(re.sub(r"\]\([^)]*\)", "]", o.source) for o in cells
        if o.cell_type == "markdown")
    code = "\n".join(o.source for o in cells if o.cell_type == "code")
    captions = re.findall(r"^#\| fig-cap: (.*)", code, re.M)
    lines = re.findall(r"^(?!#\|).*\S", code, re.M)
    shown = [out.get("data", {}) for o in cells for out in o.get("outputs", [])]
    figures = sum(any(k == VEGA or k.startswith("image/") for k in o) for o in shown)
    read = len(" ".join([text, *captions]).split())/200 + figures/2
    return read, read + len(lines)/15 + count_tables(cells)/2


def count_tables(cells):
    return sum("<table" in "".join(out.get("data", {}).get("text/html", ""))
        for o in cells for out in o.get("outputs", []))


def sections(nb):
    "The cells under each heading of `nb`, those above the first under nothing"
    name, found = "", {"": []}
    for cell in nb.cells:
        if cell.cell_type == "code": parts = [cell]
        else: parts = [mk_cell(o.strip(), "markdown")
            for o in re.split(r"^(?=#{2,3} )", cell.source, flags=re.M) if o.strip()]
        for o in parts:
            if o.cell_type == "markdown" and (m := re.match(r"#{2,3} (.*)", o.source)): name = m[1]
            found.setdefault(name, []).append(o)
    return found


def before(heading, nb):
    "The cells of `nb` that stand above a `heading`"
    found = sections(nb)
    return list(chain(*(found[o] for o in takewhile(lambda o: o != heading, found))))


def exercises(nb):
    "The texts of a study's exercises"
    text = "\n".join(o.source for o in nb.cells if o.cell_type == "markdown")
    text = text.partition("## Exercises\n")[2].partition("\n## ")[0]
    return [o.strip() for o in re.split(r"^(?=\d+\. )", text, flags=re.M)[1:]]


def minutes_of_exercises(nb):
    "Minutes of each exercise: five, one for a line of its solution, one for 100 words of both"
    found = sections(nb)
    names = [*found]
    solved = [found[o] for o in names[names.index("Solutions")+1:]]
    def of(text, cells):
        words, code = (sum((o.source.split(how) for o in cells if o.cell_type == kind), [])
            for kind, how in (("markdown", None), ("code", "\n")))
        lines = sum(bool(o.strip()) and not o.startswith("#|") for o in code)
        return 5 + 5*round((lines + len([*words, *text.split()])/100)/5)
    return [of(*o) for o in zip(exercises(nb), solved, strict=True)]


def has_solutions(nb): return any("## Solutions\n" in o.source for o in nb.cells)
def exercises_file(rel): return Path("exercises")/f"{Path(rel).stem}_exercises.ipynb"


def within(text, nb):
    "Markdown `text` whose links to headings of its own page are words: that page has solutions"
    titles = {re.sub(r"[^a-z0-9]+", "-", o.lower()).strip("-"): o for o in sections(nb)}
    def words(m):
        title = titles[m[2]]
        return f"*{m[1]}*" if m[1].lower() in title.lower() else f"{m[1]} (*{title}*)"
    return re.sub(r"\[([^]]*)\]\(#([^)]*)\)", words, text)


# Words of the study that answer one of its exercises, between comments that no page shows
GIVEN_AWAY = re.compile("<!-- BEGIN SOLUTION -->.*?<!-- END SOLUTION -->", re.S)


def tidy_imports(nb):
    "The notebook without imports that neither its code nor its text speaks of"
    spoken = "\n".join(re.sub(r"\W+", " ", o) for cell in nb.cells if cell.cell_type == "markdown"
        for o in re.findall("`([^`]+)`", cell.source)).split()
    nb.cells.append(mk_cell("\n".join(o for o in spoken if o.isidentifier())))
    ruff = [sys.executable, "-m", "ruff", "check", "--isolated", "--quiet", "--select=F401",
        "--fix-only", "--stdin-filename=a.ipynb", "-"]
    nb = dict2nb(json.loads(subprocess.run(ruff, input=nb2str(nb), text=True, check=True,
        capture_output=True).stdout))
    nb.cells.pop()
    return nb


def without_solutions(path, cfg):
    "The study at `path` to work through: no answer, no outputs, a place for each exercise"
    nb, rel = read_nb(path), path.relative_to(cfg.nbs_path).as_posix()
    cells = [*before("Exercises", nb), mk_cell("## Exercises", "markdown")]
    for o in exercises(nb): cells += [mk_cell(o, "markdown"), mk_cell("")]
    for i, o in enumerate(cells):
        o.id = f"e{i}"
        if o.cell_type == "code":
            o.outputs, o.execution_count = [], None
            o.source = re.sub(r"^#\| fig-cap: (Figure \d+)\b.*", r"# \1", o.source, flags=re.M)
            o.source = re.sub(r"^#\| .*\n?", "", o.source, flags=re.M)
        else:
            o.source = re.sub(r"^> \*\*Answer\.\*\*.*?\n>\n", "", o.source, flags=re.M | re.S) \
                .replace(", the solutions of the exercises included", "")
            o.source = GIVEN_AWAY.sub("", o.source)
            o.source = to_site(within(o.source, nb), rel, cfg)
    nb.cells = cells
    nb = tidy_imports(nb)
    url = f"{cfg.doc_url}{page(rel)}.html#cite-this-study"
    nb.cells.append(mk_cell(f"[How to cite this study]({url})", "markdown", id=f"e{len(cells)}"))
    return nb


def bibtex(kind, key, title, note, url, cfg):
    "An entry with the year of the last full re-run; the commit of the site, if git knows it"
    ini, at = settings(cfg.config_path), commit(cfg.config_path)[1:8]
    title = "\n    ".join(wrap(title, 70))
    note = ", ".join(filter(None, [f"commit {at}" if at else "", note]))
    return f"""```bibtex
@{kind}{{{key},
  title   = {{{title}}},
  author  = {{{{{ini["author"]}}}}},
  year    = {{{verified(cfg.config_path)[:4]}}},
  version = {{{cfg.version}}},
  note    = {{{note}}},
  url     = {{{url}}}
}}
```"""


def own_citation(cfg):
    "How to cite the project, as CITATION.cff has it"
    at, date = commit(cfg.config_path)[1:8], verified(cfg.config_path)
    version = f"version {cfg.version}" + f", commit {at}"*bool(at)
    return f"""{settings(cfg.config_path)["author"]} ({date[:4]}). *{cfg.lib_name}* ({version}, \
verified {date}). <{cfg.doc_url}>

""" + bibtex("software", cfg.lib_name, cfg.lib_name, f"verified {date}", cfg.doc_url, cfg)


def citation(nb, rel, cfg):
    "How to cite the study at `rel`"
    date, name = verified(cfg.config_path), page(rel)
    entry = bibtex("misc", f"{cfg.lib_name}_{name.rpartition('/')[2]}", title_and_lead(nb)[0],
        f"outputs verified {date}", f"{cfg.doc_url}{name}.html", cfg)
    licence = settings(cfg.config_path)["license"]
    return f"""## Cite this study

Text, code and figures are under {licence}. On another machine the cells give the same numbers, but
perhaps for their last digits: [Reference mode](../reference.ipynb) says why.

{entry}"""


def figure_file(path, number):
    "Where `tools.outputs` keeps a figure of the study at `path` as SVG"
    return f"docs/_static/figures/{page(path.name)}_figure_{number}.svg"


FIGURE = re.compile(r'(<figure [^>]*>\s*<img [^>]*src="([^"]*)"[^>]*>\s*<figcaption>'
    r'\s*<p><span class="caption-text">(Figure \d+)[^\n]*?</span>(?=<a class="headerlink"))')
VEGA_LITE = "5.21"      # of docs/conf.py's Vega
INTERACTIVE = re.compile(r'(<div class="vega"></div><script type="application/json">(.*?)</script>'
    r'(?:\s*</div>)*\s*<figcaption>\s*<p><span class="caption-text">(Figure \d+)[^\n]*?</span>'
    r'(?=<a class="headerlink"))')


def figure_name(name, figure):
    "What a file is called that has a figure of the page `name`"
    return f'{name.rpartition("/")[2]}_{figure.lower().replace(" ", "_")}'


def add_downloads(html, name, docs):
    "Beside each numbered picture its file, under a name that says what it is"
    def add(m):
        stem = figure_name(name, m[3])
        links = f'{m[1]} <a class="save" href="{m[2]}" download="{stem}.png">PNG</a>'
        svg = f"_static/figures/{stem}.svg"
        if not (docs/svg).exists(): return links        # `make outputs` has not run it yet
        return f'{links} <a class="save" href="../{svg}" download>SVG</a>'
    return FIGURE.sub(add, html)


def add_stills(html, name, to):
    "Beside each numbered figure with sliders a picture of how it begins, written to `to`"
    import vl_convert
    def add(m):
        stem, spec = figure_name(name, m[3]), json.loads(m[2])
        svg = vl_convert.vegalite_to_svg(spec, VEGA_LITE)
        (to/f"{stem}.svg").write_text(svg, encoding="utf-8")
        (to/f"{stem}.png").write_bytes(vl_convert.vegalite_to_png(spec, VEGA_LITE, scale=3))
        return m[1] + "".join(f' <a class="save" href="../_static/figures/{stem}.{o.lower()}" '
            f'download>{o}</a>' for o in ("PNG", "SVG"))
    return INTERACTIVE.sub(add, html)


def fold_solutions(html):
    "Each solution of a study closed, until a reader has tried"
    start, end = html.find('<section id="solutions">'), html.find('<section id="cite-this-study">')
    if start < 0: return html
    part, n = re.subn(r'(<section id="[^"]+">\s*)(<h3>.*?</h3>)',
        r'\1<details class="solution"><summary>\2</summary>', html[start:end], flags=re.S)
    return html[:start] + part.replace("</section>", "</details></section>", n) + html[end:]


def main():
    cfg = get_config()
    to = cfg.config_path/"exercises"
    rmtree(to, ignore_errors=True)      # one of a study that is gone
    to.mkdir()
    for path in sorted((cfg.nbs_path/"studies").glob("*.ipynb")):
        if has_solutions(read_nb(path)):
            write_nb(without_solutions(path, cfg), cfg.config_path/exercises_file(path))


if __name__ == "__main__": main()

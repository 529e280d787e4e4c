"What the page of a study has beside its notebook: closed solutions, figures to save, citation"
import json
import re

from fastcore.nbio import mk_cell

from tools.metadata import settings
from tools.pages import commit, page, title_and_lead


def exercises(nb):
    "The texts of a study's exercises"
    text = "\n".join(o.source for o in nb.cells if o.cell_type == "markdown")
    return re.findall(r"^\d\. .*", text.partition("## Exercises\n")[2].partition("\n## ")[0], re.M)


def has_solutions(nb): return any("## Solutions\n" in o.source for o in nb.cells)
def without_solutions(path): return path.with_stem(f"{path.stem}_exercises")


def before_solutions(nb, rel, cfg):
    "The cells of a study to work through: no answer, no outputs, a place for each exercise"
    def where(heading): return next(i for i, o in enumerate(nb.cells) if heading in o.source)
    i, end = where("## Exercises\n"), where("## Solutions\n")
    text = "\n".join(o.source for o in nb.cells[i:end+1] if o.cell_type == "markdown")
    before, _, text = text.partition("## Solutions\n")[0].partition("## Exercises\n")
    head, *each = re.split(r"^(?=\d\. )", text, flags=re.M)
    cells = [*nb.cells[:i], mk_cell(f"{before}## Exercises\n{head}", "markdown")]
    for o in each: cells += [mk_cell(o, "markdown"), mk_cell("", "code")]
    cells.append(mk_cell(citation(nb, rel, cfg).replace("../reference.ipynb",
        f"{cfg.doc_url}reference.html"), "markdown"))
    for o in cells:
        if o.cell_type == "code":
            o.outputs, o.source = [], re.sub(r"^#\| .*\n?", "", o.source, flags=re.M)
        else: o.source = re.sub(r"^> \*\*Answer\.\*\*.*?\n>\n", "", o.source, flags=re.M | re.S) \
            .replace(", the solutions of the exercises included", "")
    return cells


def citation(nb, rel, cfg):
    "How to cite the study at `rel`; nothing of other pages"
    if not rel.startswith("studies/"): return ""
    verified = json.loads((cfg.config_path/"docs/verified.json").read_text(encoding="utf-8"))
    title, date = title_and_lead(nb)[0], verified["date"]
    ini,at = settings(cfg.config_path),commit(cfg.config_path)
    return f"""## Cite this study

Text, code and figures are under {ini["license"]}. On another machine the cells give the same
numbers, but perhaps for their last digits: [Reference mode](../reference.ipynb) says why.

```bibtex
@misc{{{cfg.lib_name}_{page(rel).rpartition("/")[2]},
  title  = {{{title}}},
  author = {{{{{ini["author"]}}}}},
  year   = {{{date[:4]}}},
  note   = {{{cfg.lib_name} {cfg.version}{at and f", commit {at[1:8]}"}, outputs verified {date}}},
  url    = {{{cfg.doc_url}{page(rel)}.html}}
}}
```"""


def figure_file(path, number):
    "Where `tools.outputs` keeps a figure of the study at `path` as SVG"
    return f"docs/_static/figures/{page(path.name)}_figure_{number}.svg"


FIGURE = re.compile(r'(<figure [^>]*>\s*<img [^>]*src="([^"]*)"[^>]*>\s*<figcaption>'
    r'\s*<p><span class="caption-text">(Figure \d+)[^\n]*?</span>(?=<a class="headerlink"))')


def add_downloads(html, name, docs):
    "Beside each numbered picture its file, under a name that says what it is"
    def add(m):
        stem = f'{name.rpartition("/")[2]}_{m[3].lower().replace(" ", "_")}'
        links = f'{m[1]} <a class="save" href="{m[2]}" download="{stem}.png">PNG</a>'
        svg = f"_static/figures/{stem}.svg"
        if not (docs/svg).exists(): return links        # `make outputs` has not run it yet
        return f'{links} <a class="save" href="../{svg}" download>SVG</a>'
    return FIGURE.sub(add, html)


def fold_solutions(html):
    "Each solution of a study closed, until a reader has tried"
    start, end = html.find('<section id="solutions">'), html.find('<section id="cite-this-study">')
    if start < 0: return html
    part, n = re.subn(r'(<section id="[^"]+">\s*)(<h3>.*?</h3>)',
        r'\1<details class="solution"><summary>\2</summary>', html[start:end], flags=re.S)
    return html[:start] + part.replace("</section>", "</details></section>", n) + html[end:]

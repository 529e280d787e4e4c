"The site in docs/_site from nbs/, without Quarto: `python -m tools.site`"
import ast
import builtins
import json
import keyword
import os
import re
import sys
import time
import tomllib
from html import unescape
from itertools import chain
from pathlib import Path
from shutil import copy, copytree, rmtree

import nbformat
from fastcore.nbio import mk_cell, read_nb, write_nb
from nbdev.config import get_config
from nbdev.doclinks import NbdevLookup, nbglob
from nbdev.process import NBProcessor
from nbdev.processors import add_links, filter_stream_, hide_, hide_line, rm_header_dash, strip_ansi

from tools.api import face
from tools.citation import citation, own_citation
from tools.faces import exported
from tools.faults import NOTEBOOK, as_list, markdown_pages, write_fault_pages
from tools.figures import add_downloads, add_stills
from tools.layout import Reference
from tools.minutes import minutes_of_exercises
from tools.pages import (
    commit,
    in_colab,
    install_cell,
    navigation,
    page,
    reading_order,
    title_and_lead,
    to_faults,
    to_site,
    write,
    write_pages,
)
from tools.readme import readme
from tools.solutions import (
    exercises_file,
    fold_answer,
    fold_solutions,
    has_solutions,
    without_solutions,
)
from tools.study import box_in, box_of
from tools.teaching import answers_page, teaching_page
from tools.thumbnails import (
    ARCHIVE,
    captions_file,
    figures_page,
    write_archive,
    write_darks,
    write_pngs,
)

# below the box of a study
JUDGED = "**Numbers** are judged as [How we judge](/glossary.ipynb#how-we-judge) says."


def public_names(cfg):
    "The module of each name that some module exports"
    modules = {".".join(o.relative_to(cfg.lib_path.parent).with_suffix("").parts): o
        for o in cfg.lib_path.rglob("[!_]*.py")}
    return {name: module for module, path in modules.items() for name in exported(path)}


def ambiguous_names(public, cfg):
    "Public names that another module has too, such as the published `softmax_loss`"
    named = {(o.name, path.relative_to(cfg.lib_path).with_suffix("").as_posix())
        for path in cfg.lib_path.rglob("[!_]*.py")
        for o in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(o, ast.FunctionDef | ast.ClassDef)}
    homes = {}
    for name, path in named: homes.setdefault(name, []).append(path)
    return {o for o in public if len(homes.get(o, ())) > 1}


OTHERS = re.compile(r"(fastai's|PyTorch's|scikit-learn's|published)\s$")


def own_links(source, public, cfg, plain=()):
    """nbdev links each name of this package, private ones too, to the published site.
    Here a public name gets a link that Sphinx checks, and any other, or one of `plain`, none."""
    def link(m):
        name, call = m[1].removeprefix(f"{cfg.lib_path.name}."), m[2] or ""
        parts = name.split(".")
        first = next((i for i, o in enumerate(parts) if o in public), None)
        if (first is None or name in plain or OTHERS.search(m.string, 0, m.start())
            or not set(parts[:first]) <= set(public[parts[first]].split("."))):
            return f"`{m[1]}{call}`"
        return f"[`{m[1]}{call}`](#{face(public[parts[first]])}.{'.'.join(parts[first:])})"
    source = re.sub(rf"\[`([\w.]+)(\(\))?`\]\({re.escape(cfg.doc_url)}[^)]*\)", link, source)
    # a name within a link: one link
    return re.sub(r"\[(\[`[\w.]+(?:\(\))?`\]\([^)]*\))\]\([^)]*\)", r"\1", source)


def unknown_names(nb, words):
    "Names in backticks of the notebook `nb` that no code knows: misspelt or gone"
    prose = re.sub(r"^```.*?^```", "",
        "\n".join(o.source for o in nb.cells if o.cell_type == "markdown"), flags=re.M | re.S)
    known = words.union(keyword.kwlist, dir(builtins), sys.stdlib_module_names)
    names = re.findall(r"(?<!`)`([A-Za-z_][\w.]*)(?:\(\))?`(?!`)", prose)
    return [o for o in names if not known.issuperset(o.split(".")) and not NbdevLookup().doc(o)]


def module_of(rel, cfg):
    "The module that the notebook at `rel` exports, or nothing"
    file = cfg.lib_path/f"{page(rel)}.py"
    return ".".join(file.relative_to(cfg.lib_path.parent).with_suffix("").parts) * file.exists()


# What is no sentence: code, what cells show, drawings
NO_PROSE = re.compile(r'<(script|style|svg|pre)\b.*?</\1>'
    r'|<table border="1" class="dataframe.*?</table>', re.S)
NUMBER = re.compile(r"(?<![\w.,-])(?:\d+\.\d+|\d{3,})(?![\w-]|[.,]\d)")


def numbers_in(html):
    "Numbers of three digits or more in the sentences and headings of a page"
    text = NO_PROSE.sub(" ", html.partition("<article")[2].rpartition("</article>")[0])
    return {o for o in NUMBER.findall(unescape(re.sub("<[^>]+>", " ", text)))
        if len(o.replace(".", "")) > 2}


def add_keywords(html, keywords):
    """Enter in the search's index what a reader may type to find a page, or a heading after #; and
    in which pages a number stands, of which Sphinx's index has none"""
    path = html/"searchindex.js"
    text = path.read_text(encoding="utf-8")
    start, end = text.index("{"), text.rindex("}")+1
    index = json.loads(text[start:end])
    for target, words in keywords.items():
        name, _, anchor = target.partition("#")
        if anchor and f'id="{anchor}"' not in (html/f"{name}.html").read_text(encoding="utf-8"):
            sys.exit(f"docs/search.toml: {name} has no heading #{anchor}")
        for phrase in words:
            entry = [index["docnames"].index(name), anchor, True]
            known = index["indexentries"].setdefault(phrase, [])
            if entry not in known: known.append(entry)      # a second build may keep the first's
    numbers = {}
    for i, name in enumerate(index["docnames"]):
        if name == "studies/answers": continue      # keys, of which no search finds a word
        found = numbers_in((html/f"{name}.html").read_text(encoding="utf-8"))
        for number in found: numbers.setdefault(number, []).append(i)
    index["numbers"] = dict(sorted(numbers.items()))
    text = text[:start] + json.dumps(index, separators=(",", ":")) + text[end:]
    path.write_text(text, encoding="utf-8")


def begin_when_asked(html):
    "Sphinx's script searches for ?q= as soon as it is loaded, also where q is a slider's"
    path = html/"_static/searchtools.js"
    text = path.read_text(encoding="utf-8")
    write(path, text.replace("_ready(Search.init);", "// search.js begins"))


def unnumbered(text):
    "Markdown `text` whose links name pages as the site does"
    text = re.sub(r"(\]\((?!https?:))([^)\s#]+)\.ipynb",
        lambda m: f"{m[1]}{page(m[2] + '.ipynb')}.ipynb", text)
    return to_faults(text, "/doctor/faults/{slug}.md")


def write_download(path, cfg, dest):
    "The notebook as a reader takes it away: with the line that installs, links to the site"
    rel = path.relative_to(cfg.nbs_path).as_posix()
    to = dest.parent/"downloads"/rel
    to.parent.mkdir(parents=True, exist_ok=True)
    nb, install = read_nb(path), install_cell(cfg)
    for cell in nb.cells:
        if cell.cell_type == "markdown": cell.source = to_site(cell.source, rel, cfg)
        elif cell.source.endswith("# in Colab"): cell.source = install
        for data in (o.get("data", {}) for o in cell.get("outputs", [])):
            if "text/markdown" in data:
                data["text/markdown"] = to_site("".join(data["text/markdown"]), rel, cfg)
    write_nb(nb, to)
    if has_solutions(nb):
        nb = without_solutions(path, cfg)
        next(o for o in nb.cells if o.source.endswith("# in Colab")).source = install
        nb.cells[-1].source = to_site(citation(nb, rel, cfg), rel, cfg)
        write_nb(nb, to.with_name(exercises_file(rel).name))


def stage(path, public, ambiguous, cfg):
    "The notebook at `path` in the form that MyST-NB reads"
    rel, nb = path.relative_to(cfg.nbs_path).as_posix(), read_nb(path)
    NBProcessor(nb=nb, procs=[Reference, strip_ansi, hide_line, filter_stream_, rm_header_dash,
        hide_, add_links]).process()
    # a bare name means this package's own in the wing that has it, elsewhere perhaps another
    plain = {o for o in ambiguous if face(public[o]).rpartition(".")[2] != rel.partition("/")[0]}
    root = "../"*page(rel).count("/") or "./"
    if rel == NOTEBOOK: as_list(nb)
    for i, cell in enumerate(nb.cells):
        cell["id"] = f"c{i}"
        if caption := cell.metadata.get("mystnb", {}).get("figure"):
            caption["caption"] = unnumbered(caption["caption"])
        for out in cell.get("outputs", []):     # what links to the published site stays in this one
            for kind in {"text/html", "text/markdown"} & {*out.get("data", {})}:
                text = out["data"][kind].replace(cfg.doc_url, root)
                out["data"][kind] = unnumbered(text) if kind == "text/markdown" else text
        if cell.cell_type != "markdown": continue
        cell.source = re.sub(r"^#\|.*\n", "", cell.source)
        cell.source = own_links(cell.source, public, cfg, plain)
        if box := box_in(cell.source):
            if rel.startswith("studies/"): box += f"\n\n{JUDGED}"
            cell.source = f":::{{admonition}} In short\n:class: note\n{box}\n:::"
        # but not a heading
        cell.source = re.sub(r"^(#+ .*?)\[(`[\w.]+`)\]\([^)]*\)", r"\1\2", cell.source, flags=re.M)
        # the site has a page of them, which says more than the list on the front page
        cell.source = unnumbered(cell.source).replace("](#the-studies)", "](/studies/index.md)")
        # a page without a notebook, which elsewhere has only its address
        teaching = f"]({cfg.doc_url}studies/teaching.html)"
        cell.source = cell.source.replace(teaching, "](/studies/teaching.md)")
    module, bare = module_of(rel, cfg), exercises_file(rel)
    links = ["{.page-links}", *[f"`{module}`"]*bool(module),
        *(f"[Open in Colab]({o})" for o in in_colab(f"nbs/{rel}", cfg)),
        f"{{download}}`Download notebook </../downloads/{rel}>`"]
    if has_solutions(nb): links += [
        *(f"[Without solutions in Colab]({o})" for o in in_colab(bare, cfg)),
        f"{{download}}`Download without solutions </../downloads/studies/{bare.name}>`"]
    links = "\n".join(links)
    nb.cells[0].source = re.sub(r"^> (.*)", lambda m: f"{{.lead}}\n{m[1]}\n\n{links}",
        nb.cells[0].source, count=1, flags=re.M)
    if rel.startswith("studies/"): nb.cells.append(mk_cell(citation(nb, rel, cfg), "markdown"))
    for cell in nb.cells:
        if rel == "about.ipynb" and cell.source.startswith("## Cite\n"):
            cell.source += f"\n\n{own_citation(cfg)}"
    # nbdev-clean drops it
    nb.metadata["language_info"] = {"name": "python", "pygments_lexer": "python"}
    return nb


STAGED = "staged.commit"     # that of the last staging whose site was built, and as old as it


def stage_all(cfg, dest):
    "Stage the notebooks that changed since the last time, or all of them at another commit"
    paths = sorted(nbglob(cfg.nbs_path, as_path=True))
    notebooks = {o: read_nb(o) for o in paths}
    code = "\n".join(o.source for nb in notebooks.values()
        for o in nb.cells if o.cell_type == "code")
    files = " ".join(o.name for o in cfg.config_path.iterdir())
    ini = (cfg.config_path/"settings.ini").read_text(encoding="utf-8")
    words = set(re.findall(r"\w+", f"{code} {files} {ini}"))
    wrong = [f"{o.name}: `{name}`" for o, nb in notebooks.items()
        for name in unknown_names(nb, words)]
    if wrong:
        sys.exit("Names in backticks that are in no code cell (misspelt, or gone?):\n"
            + "\n".join(wrong))
    pages, public = {o: page(o.relative_to(cfg.nbs_path)) for o in paths}, public_names(cfg)
    ambiguous = ambiguous_names(public, cfg)
    there = {o.relative_to(dest).with_suffix("").as_posix() for o in dest.rglob("*.ipynb")}
    # Sphinx would leave the page of a notebook that is gone
    if there != set(pages.values()): rmtree(dest.parent, ignore_errors=True)
    tools = max(o.stat().st_mtime for o in Path(__file__).parent.glob("*.py"))
    # a notebook that comes out as it was keeps its old time, or Sphinx would read it again
    done = dest.parent/STAGED
    # citations and downloads name the commit
    same = done.exists() and done.read_text() == commit(cfg.config_path)
    done = done.stat().st_mtime if same else 0
    texts = {pages[o]: title_and_lead(nb) for o, nb in notebooks.items()}
    texts = {o: texts[o] for o in reading_order(texts)}
    changed = []
    for path, name in pages.items():
        to = dest/f"{name}.ipynb"
        is_home = path.name == cfg.readme_nb        # it holds the navigation
        if not is_home and to.exists() and done > max(path.stat().st_mtime, tools):
            continue
        write_download(path, cfg, dest)
        nb = stage(path, public, ambiguous, cfg)
        if is_home: nb.cells.append(mk_cell(navigation(texts, cfg), "markdown"))
        to.parent.mkdir(parents=True, exist_ok=True)
        write_nb(nb, to)
        changed.append(path)
    boxes = {pages[o]: (texts[pages[o]][0], box, minutes_of_exercises(nb))
        for o, nb in notebooks.items() if (box := box_of(nb)) and o.parent.name == "studies"}
    write_pages(texts, {o: boxes[o] for o in texts if o in boxes}, cfg, dest)
    if (faults := cfg.nbs_path/NOTEBOOK) in notebooks:
        write_fault_pages(notebooks[faults], cfg, dest)
    studies = {pages[o]: o for o in paths if pages[o] in boxes}
    if studies:
        write(dest/"studies/teaching.md", teaching_page(studies, cfg))
        write(dest/"studies/answers.md", answers_page(studies, cfg))
        write(dest/"studies/figures.md", figures_page(studies, cfg))
        write(dest/"studies/captions.txt", captions_file(studies, cfg))
    return {o: pages[o] for o in changed}


def keywords(cfg, html):
    "What readers type, by the page that they want: docs/search.toml, and the doctor's faults"
    wanted = tomllib.loads((cfg.config_path/"docs/search.toml").read_text(encoding="utf-8"))
    if gone := [o for o in wanted if not (html/f"{o.partition('#')[0]}.html").exists()]:
        sys.exit(f"docs/search.toml: there is no page {', '.join(gone)}")
    faults = cfg.lib_path/"doctor/faults.toml"
    groups = tomllib.loads(faults.read_text(encoding="utf-8")) if faults.exists() else {}
    typed = {*chain(*wanted.values())}      # of which some are slugs in words
    known = {f"doctor/faults/{o}": [o, *{o.replace("-", " ")} - typed]
        for o in chain(*groups.values())}
    return known | {k: [*known.get(k, ()), *o] for k, o in wanted.items()}


def main():
    "Stage, build with warnings as errors, then put the new site in the old one's place"
    from sphinx.cmd.build import build_main
    cfg = get_config()
    build, new = cfg.config_path/"docs/_build", cfg.doc_path.with_name("_new")
    start = time.time()
    changed = stage_all(cfg, build/"staged")
    html = build/"html"
    conf, doctrees, staged = cfg.config_path/"docs", build/"doctrees", build/"staged"
    if build_main(["-q", "-W", "-n", "-b", "html", "-c", str(conf), "-d", str(doctrees),
        str(staged), str(html)]):
        rmtree(build)               # else the next build would not see the warning again
        sys.exit(1)
    add_keywords(html, keywords(cfg, html))
    begin_when_asked(html)
    for path in html.rglob("*.html"):       # the theme names the main part twice
        text = path.read_text(encoding="utf-8").replace("<main class=", '<main role="none" class=')
        name = path.relative_to(html).with_suffix("").as_posix()
        if not re.search('class="(save|solution)"', text):        # a page of the last build
            text = add_downloads(fold_solutions(fold_answer(text)), name, conf)
            text = add_stills(text, name, html/"_static/figures")
        write(path, text)
    if (captions := staged/"studies/captions.txt").exists():
        write_darks(html/"_static/figures")
        write_pngs(html/"_static/figures")
        write_archive(html/"_static/figures", captions, html/"_static"/ARCHIVE)
    for path, name in changed.items():
        text, _ = readme(nbformat.read(path, 4), cfg.doc_url, name.rpartition("/")[0], False)
        (html/f"{name}.html.md").write_text(text, encoding="utf-8")
    if (faults := cfg.nbs_path/NOTEBOOK).exists():
        for name, text in markdown_pages(read_nb(faults), cfg).items():
            (html/f"{name}.html.md").write_text(text, encoding="utf-8")
    copy(cfg.nbs_path/"llms.txt", html)
    rmtree(new, ignore_errors=True)
    copytree(html, new)
    rmtree(cfg.doc_path, ignore_errors=True)
    new.rename(cfg.doc_path)
    (build/STAGED).write_text(commit(cfg.config_path))
    os.utime(build/STAGED, (start, start))


if __name__ == "__main__": main()

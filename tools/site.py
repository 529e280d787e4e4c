"The site in docs/_site from nbs/, without Quarto: `python -m tools.site`"
import ast
import builtins
import importlib
import inspect
import json
import keyword
import re
import sys
from pathlib import Path
from posixpath import normpath
from shutil import copy, copytree, rmtree

import nbformat
from fastcore.docments import DocmentTbl
from fastcore.nbio import mk_cell, read_nb, write_nb
from nbdev.config import get_config, nbpath2html
from nbdev.doclinks import NbdevLookup, nbglob
from nbdev.process import NBProcessor, Processor
from nbdev.processors import add_links, filter_stream_, hide_, hide_line, rm_header_dash, strip_ansi
from nbdev.showdoc import showdoc_nm

from tools.faces import WINGS, exported
from tools.readme import readme

VEGA = "application/vnd.vegalite.v5+json"
DEFS = ast.FunctionDef, ast.ClassDef
IMPORTS = ast.Import, ast.ImportFrom
DOC = """\
```{{py:{kind}}} {face}.{name}
:canonical: {module}.{name}
:no-typesetting:
:no-contents-entry:
```

<span id="{id}"></span>

{hashes} `{name}`

[source]({source}){{.source-link}}

```python
{signature}
```

{doc}

{table}
"""


def page(path):
    "Page of the notebook at `path` relative to nbs/, as nbdev names it: without number"
    return nbpath2html(Path(normpath(path))).with_suffix("").as_posix()


def face(module, cfg):
    "What a user imports a name of `module` from: its wing"
    return module.rpartition(".")[0] if module.count(".") > 1 else module


def public_names(cfg):
    "The module of each name that some module exports"
    modules = {".".join(o.relative_to(cfg.lib_path.parent).with_suffix("").parts): o
        for o in cfg.lib_path.rglob("[!_]*.py")}
    return {name: module for module, path in modules.items() for name in exported(path)}


def own_links(source, public, cfg):
    """nbdev links each name of this package, private ones too, to the published site.
    Here a public name gets a link that Sphinx checks, and any other none."""
    def link(m):
        name, call = m[1].removeprefix(f"{cfg.lib_path.name}."), m[2] or ""
        parts = name.split(".")
        first = next((i for i, o in enumerate(parts) if o in public), None)
        if first is None or not set(parts[:first]) <= set(public[parts[first]].split(".")):
            return f"`{m[1]}{call}`"
        return f"[`{m[1]}{call}`](#{face(public[parts[first]], cfg)}.{'.'.join(parts[first:])})"
    source = re.sub(rf"\[`([\w.]+)(\(\))?`\]\({re.escape(cfg.doc_url)}[^)]*\)", link, source)
    # a name within a link: one link
    return re.sub(r"\[(\[`[\w.]+`\]\([^)]*\))\]\([^)]*\)", r"\1", source)


def reference(module, name, level, cfg):
    "Markdown that documents `name` of `module`, such as `Loss.costs`, under a heading of `level`"
    obj = importlib.import_module(module)
    for part in name.split("."): obj = getattr(obj, part)
    error = inspect.isclass(obj) and issubclass(obj, Exception)     # takes a message: not listed
    params = [] if error else [o.replace(annotation=o.empty)
        for o in inspect.signature(obj).parameters.values() if o.name != "self"]
    line = inspect.getsourcelines(inspect.unwrap(obj))[1] or 1
    kind = "class" if inspect.isclass(obj) else "method" if "." in name else "function"
    shown = r"<function (\S+) at \w+>|<built-in function (\w+)>|<class '([\w.]+)'>"
    signature = re.sub(shown, r"\1\2\3", str(inspect.Signature(params)))     # no addresses
    return DOC.format(
        name=name, id=name.lower(), module=module, face=face(module, cfg), hashes="#"*level,
        kind=kind, source=f"{cfg.git_url}/blob/{cfg.branch}/{module.replace('.', '/')}.py#L{line}",
        signature=name.split(".")[-1] + signature, doc=inspect.getdoc(obj) or "",
        table="" if error else DocmentTbl(obj))


class Reference(Processor):
    "After an exported cell's documentation comes its source, folded; a test is folded too"
    def begin(self): self.module, self.cells, self.level = None, [], 2
    def _default_exp_(self, cell, to): self.module = f"{get_config().lib_path.name}.{to}"

    def cell(self, cell):
        dirs, tags, show = cell.directives_, [], None
        if cell.cell_type == "markdown":
            if re.search("^## ", cell.source, re.M): self.level = 3
            return self.cells.append(cell)
        body = [] if cell.source.lstrip().startswith(("!", "%")) else ast.parse(cell.source).body
        names = [showdoc_nm(o) for o in body if isinstance(o, DEFS)]
        if "default_exp" in dirs or not body: return
        if dirs.keys() & {"export", "exports"}:
            if all(isinstance(o, IMPORTS) for o in body): return
            self.cells += [mk_cell(reference(self.module, o, self.level, get_config()), "markdown")
                for o in names if o[0] != "_"]
            if names: show = "Source"
        elif "exporti" in dirs:
            show = None if dirs.get("echo") == "true" else "Source of a private part"
        elif "test" in dirs or any(o.startswith("test_") for o in names): show = "Test"
        if dirs.get("echo") == "false": tags.append("remove-input")
        elif show:
            tags.append("hide-input")
            cell.metadata["mystnb"] = {"code_prompt_show": show, "code_prompt_hide": show}
        cell.metadata["tags"] = tags
        for out in cell.outputs:
            if spec := out.get("data", {}).get(VEGA):       # docs/_static/figures.js draws it
                text = json.dumps(spec, separators=(",", ":"), sort_keys=True).replace("</", r"<\/")
                out["data"] = {
                    "text/html": '<div class="vega"></div><script '
                    f'type="application/json">{text}</script>'}
        self.cells.append(cell)

    def end(self): self.nb.cells = self.cells


def unknown_names(nb, words):
    "Names in backticks of the notebook `nb` that no code knows: misspelt or gone"
    prose = re.sub(r"^```.*?^```", "",
        "\n".join(o.source for o in nb.cells if o.cell_type == "markdown"), flags=re.M | re.S)
    known = words.union(keyword.kwlist, dir(builtins), sys.stdlib_module_names)
    names = re.findall(r"(?<!`)`([A-Za-z_][\w.]*)(?:\(\))?`(?!`)", prose)
    return [o for o in names if not known.issuperset(o.split(".")) and not NbdevLookup().doc(o)]


def stage(path, dest, public, cfg):
    "Write the notebook at `path` to `dest` in the form that MyST-NB reads"
    rel, nb = path.relative_to(cfg.nbs_path).as_posix(), read_nb(path)
    NBProcessor(nb=nb, procs=[Reference, strip_ansi, hide_line, filter_stream_, rm_header_dash,
        hide_, add_links]).process()
    for i, cell in enumerate(nb.cells):
        cell["id"] = f"c{i}"
        if cell.cell_type != "markdown": continue
        cell.source = re.sub(r"^#\|.*\n", "", cell.source)
        cell.source = own_links(cell.source, public, cfg)
        # but not a heading
        cell.source = re.sub(r"^(#+ .*?)\[(`[\w.]+`)\]\([^)]*\)", r"\1\2", cell.source, flags=re.M)
        cell.source = re.sub(r"(\]\((?!https?:))([^)\s#]+)\.ipynb",
            lambda m: f"{m[1]}{page(m[2] + '.ipynb')}.ipynb", cell.source)
    github = f"{cfg.user}/{cfg.repo}/blob/{cfg.branch}/nbs/{rel}"
    links = (
        f"{{.page-links}}\n[Open in Colab](https://colab.research.google.com/github/{github})\n"
        f"{{download}}`Download notebook </../../../nbs/{rel}>`")
    nb.cells[0].source = re.sub(r"^> (.*)", lambda m: f"{{.lead}}\n{m[1]}\n\n{links}",
        nb.cells[0].source, count=1, flags=re.M)
    # nbdev-clean drops it
    nb.metadata["language_info"] = {"name": "python", "pygments_lexer": "python"}
    dest.parent.mkdir(parents=True, exist_ok=True)
    write_nb(nb, dest)


def toctree(caption, pages):
    "A hidden table of contents: the navigation beside every page"
    return mk_cell("\n".join(["```{toctree}", ":hidden:", f":caption: {caption}", "", *pages,
        "```"]), "markdown")


def stage_all(cfg, dest):
    "Stage the notebooks that changed since the last time; the pages in reading order"
    paths = sorted(nbglob(cfg.nbs_path, as_path=True))
    notebooks = {o: read_nb(o) for o in paths}
    code = "\n".join(o.source for nb in notebooks.values()
        for o in nb.cells if o.cell_type == "code")
    words = set(re.findall(r"\w+", code))
    wrong = [f"{o.name}: `{name}`" for o, nb in notebooks.items()
        for name in unknown_names(nb, words)]
    if wrong:
        sys.exit("Names in backticks that are in no code cell (misspelt, or gone?):\n"
            + "\n".join(wrong))
    pages, public = {o: page(o.relative_to(cfg.nbs_path)) for o in paths}, public_names(cfg)
    there = {o.relative_to(dest).with_suffix("").as_posix() for o in dest.rglob("*.ipynb")}
    # Sphinx would leave the page of a notebook that is gone
    if there != set(pages.values()): rmtree(dest.parent, ignore_errors=True)
    changed = []
    for path, name in pages.items():
        to = dest/f"{name}.ipynb"
        if to.exists() and to.stat().st_mtime > max(path.stat().st_mtime,
            Path(__file__).stat().st_mtime):
            continue
        stage(path, to, public, cfg)
        changed.append(path)
        if path.name == cfg.readme_nb:
            nb, rest = read_nb(to), [o for o in pages.values() if o != name]
            groups = {k: [o for o in rest if o.rpartition("/")[0] == k]
                for k in ("howto", "studies", *WINGS, "")}
            captions = {"howto": "How to", "": "Command line and tools"}
            nb.cells += [toctree(captions.get(k, k.capitalize()), v)
                for k, v in groups.items() if v]
            write_nb(nb, to)
    return {o: pages[o] for o in changed}


def main():
    "Stage, build with warnings as errors, then put the new site in the old one's place"
    from sphinx.cmd.build import build_main
    cfg = get_config()
    build, new = cfg.config_path/"docs/_build", cfg.doc_path.with_name("_new")
    changed = stage_all(cfg, build/"staged")
    html = build/"html"
    conf, doctrees, staged = cfg.config_path/"docs", build/"doctrees", build/"staged"
    if build_main(["-q", "-W", "-n", "-b", "html", "-c", str(conf), "-d", str(doctrees),
        str(staged), str(html)]):
        rmtree(build)               # else the next build would not see the warning again
        sys.exit(1)
    for path, name in changed.items():
        text, pictures = readme(nbformat.read(path, 4), cfg.doc_url)
        (html/f"{name}.html.md").write_text(text, encoding="utf-8")
    copy(cfg.nbs_path/"llms.txt", html)
    rmtree(new, ignore_errors=True)
    copytree(html, new)
    rmtree(cfg.doc_path, ignore_errors=True)
    new.rename(cfg.doc_path)


if __name__ == "__main__": main()

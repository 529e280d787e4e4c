"""The order of a page, which is not the order in which its notebook runs

A reference page shows how to use it, then what is public, in the order in which the import line
of `## Use` names it, then how it works, then the tests. Studies and how-tos stay as they are."""
import ast
import json
import re
from html import escape

from fastcore.nbio import mk_cell
from nbdev.config import get_config
from nbdev.process import Processor
from nbdev.showdoc import showdoc_nm

from tools.api import reference

VEGA = "application/vnd.vegalite.v5+json"
DEFS = ast.FunctionDef, ast.ClassDef
IMPORTS = ast.Import, ast.ImportFrom
HOW = "## How it works\n\nThe parts behind it, which no one needs to call."


def heading(cell):
    "The words of the second-level heading that a Markdown `cell` begins with"
    found = re.match("## (.+)", cell.source) if is_text(cell) else None
    return found and found[1]


def is_text(cell): return cell.cell_type == "markdown" and "kind" not in cell


def split(cells, starts):
    "`cells` in lists, of which each but the first begins where `starts` is true"
    parts = [[]]
    for cell in cells:
        if starts(cell): parts.append([])
        parts[-1].append(cell)
    return parts


def imported(cells):
    "The names that the code of `cells` imports, in order"
    trees = [ast.parse(o.source) for o in cells if o.cell_type == "code"]
    return [o.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)
        and str(node.module).startswith(get_config().lib_path.name) for o in node.names]


def says(dirs, key):
    "Whether the directive `key` is there and true; nbdev turns the word true into nothing"
    return dirs.get(key, "false") != "false"


def has(cells, kind): return any(o.get("kind") == kind for o in cells)


def split_private(section):
    "What a reader of `section` needs, and what stands behind it"
    if not has(section, "public"):
        return ([], section) if has(section, "private") else (section, [])
    public, private = [], []
    for group in split(section, is_text):
        if not has(group, "private") or has(group, "public"): public += group
        elif group[0] is section[0]: public += group[:1]; private += group[1:]
        else: private += group
    return public, private


def arrange(cells):
    "The cells of a reference page in the order in which they are read"
    top, *sections = split(cells, heading)
    named = {heading(o[0]): o for o in sections}
    use, tests = named.get("Use", []), named.get("Tests", [])
    order = {name: i for i, name in reversed([*enumerate(imported(use))])}
    shown, behind, rank = [], [], -1
    for section in sections:
        if section is use or section is tests: continue
        public, private = split_private(section)
        names = [o["name"].split(".")[0] for o in public if o.get("kind") == "public"]
        # a section without a name of its own belongs to the one before it
        if names: rank = min(order.get(o, len(order)) for o in names)
        if public: shown.append((rank, public))
        for cell in private:
            if is_text(cell): cell.source = re.sub(r"^## ", "### ", cell.source)
        behind += private
    shown = [o for _, part in sorted(shown, key=lambda o: o[0]) for o in part]
    return [*top, *use, *shown, *([mk_cell(HOW, "markdown"), *behind] if behind else []), *tests]


def figure(cell, caption, alt):
    "Gives the pictures of `cell` their caption and their text for those who cannot see them"
    cell.metadata["mystnb"] = {"image": {"alt": alt}}
    if caption: cell.metadata["mystnb"]["figure"] = {"caption": caption}
    for out in cell.outputs:
        if spec := out.get("data", {}).get(VEGA):       # docs/_static/figures.js draws it
            text = json.dumps(spec, separators=(",", ":"), sort_keys=True).replace("</", r"<\/")
            out["data"] = {"text/html":
                f'<div role="group" aria-label="{escape(alt)}"><div class="vega"></div>'
                f'<script type="application/json">{text}</script></div>'}


class Reference(Processor):
    "After an exported cell's documentation comes its source, folded; a test is folded too"
    def begin(self): self.module, self.cells, self.level = None, [], 2
    def _default_exp_(self, cell, to): self.module = f"{get_config().lib_path.name}.{to}"

    def document(self, name):
        "A cell that documents the public `name`"
        cell = mk_cell(reference(self.module, name, self.level, get_config()), "markdown")
        cell.update(kind="public", name=name)
        self.cells.append(cell)

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
            for name in names:
                if name[0] != "_": self.document(name)
            if names: show = "Source"
        elif "exporti" in dirs:
            cell.kind = "private"
            show = None if says(dirs, "echo") else "Source of a private part"
        elif "test" in dirs or any(o.startswith("test_") for o in names): show = "Test"
        elif says(dirs, "code-fold"): show = "Code"
        if says(dirs, "fig-photo"): tags.append("photo")
        figure(cell, dirs.get("fig-cap", ""), dirs.get("fig-alt", ""))
        if dirs.get("echo") == "false": tags.append("remove-input")
        elif show:
            tags.append("hide-input")
            cell.metadata["mystnb"] |= {"code_prompt_show": show, "code_prompt_hide": show}
        cell.metadata["tags"] = tags
        self.cells.append(cell)

    def end(self):
        self.nb.cells = arrange(self.cells) if self.module else self.cells
        for cell in self.nb.cells:
            for key in "kind", "name": cell.pop(key, None)

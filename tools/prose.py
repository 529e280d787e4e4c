"Figures in prose: each is shown by a cell of its page, or by one of a page that the text links to"
import re
from functools import cache
from pathlib import Path

import nbformat

# With decimals: whole numbers are mostly counts of what the text itself lists
DECIMAL = re.compile(r"(?<![\w.])(\d[\d,]*)\.(\d+)(?![\d.]*\d)(?=(\s?%)?)")
NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?:e-?\d+)?(?!\.?\d)")
# What is not said as a figure: code, formulas, where a link leads
SILENT = re.compile(r"```.*?```|\$\$.*?\$\$|\$[^$\n]*\$|`[^`]*`", re.S)
TARGET = re.compile(r"\]\(([^)#\s]*)[^)]*\)")


@cache
def shown(path):
    "Numbers in the code and the outputs of the notebook at `path`"
    if not Path(path).exists(): return frozenset()
    texts = []
    for cell in nbformat.read(path, 4).cells:
        if cell.cell_type != "code": continue
        texts += [cell.source, *(o.get("text", "") for o in cell.outputs)]
        texts += [v for o in cell.outputs for k, v in o.get("data", {}).items() if k[:5] == "text/"]
    return frozenset(float(o.replace(",", "")) for o in NUMBER.findall("\n".join(texts)))


def rounds_to(value, figure, decimals):
    return abs(value-figure) <= .5*10**-decimals + 1e-9


def unshown_in(text, path):
    "Decimal figures in a text about the notebook at `path` to which no number shown rounds"
    text = SILENT.sub("", text)
    pages = [path, *(path.parent/o for o in TARGET.findall(text) if o.endswith(".ipynb"))]
    values = frozenset().union(*(shown(o.resolve()) for o in pages))
    for m in DECIMAL.finditer(TARGET.sub("]", text)):
        figure, decimals = float(m[0].replace(",", "")), len(m[2])
        shares = [100*o for o in values] if m[3] else []
        if not any(rounds_to(o, figure, decimals) for o in (*values, *shares)): yield m[0]


def unshown(path):
    "Those in the prose of the notebook at `path`"
    for cell in nbformat.read(path, 4).cells:
        if cell.cell_type == "markdown": yield from unshown_in(cell.source, path)

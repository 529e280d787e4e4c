"The parts of a study: its box, the cells under each heading, its exercises"
import re
from itertools import chain, takewhile

from fastcore.nbio import mk_cell


def box_in(text):
    "What a Markdown cell that is a box says; None if it is none"
    box = re.fullmatch(r"> \[!NOTE\]\n((?:>.*\n?)+)", text)
    return box and re.sub(r"^> ?", "", box[1], flags=re.M)


def box_of(nb):
    "The first box of a notebook"
    texts = (o.source for o in nb.cells if o.cell_type == "markdown")
    return next(filter(None, map(box_in, texts)), None)


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

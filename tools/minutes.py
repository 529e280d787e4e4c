"How long a study takes: its text, its code, its exercises"
import re

from tools.layout import VEGA
from tools.study import exercises, sections


def minutes(cells):
    "Minutes of the text of `cells` with its figures, and with the code: how a box counts them"
    text = "\n".join(re.sub(r"\]\([^)]*\)|<!--.*?-->", "]", o.source) for o in cells
        if o.cell_type == "markdown")     # no address and no comment is read
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

"""On a processor on which MKL_CBWR has no effect, and that is any but Intel's, a run may end in
other digits. `make check` tells there what differs in digits alone, names it, and takes what git
has; anything else is a difference as everywhere."""
import io
import json
import re
import subprocess
from base64 import b64decode
from pathlib import Path

import numpy as np
from PIL import Image

from tools.pages import page

ROOT = Path(__file__).parents[1]
# also the names of shapes in an SVG, which are digests; not how many checks a report counts
NUMBER = re.compile(r"\b[mp][0-9a-f]{8,}\b|[-−+]?\d+(?:[.,]\d+)*(?:e[-+]?\d+)?"
    r"(?!\d* (?:checks?|findings?)\b)")
FIGURES = "docs/_static/figures"
NEAR = 8     # of 255, by which a picture's pixels differ in the mean


def is_pinned():
    "Whether the processor is one for which MKL keeps to its promise"
    try: return "GenuineIntel" in Path("/proc/cpuinfo").read_text()
    except OSError: return False


def without_digits(text):
    "A text, in which numbers are all one, and blanks, which line them up"
    return re.sub(r"[\s─━-]+", " ", NUMBER.sub("0", text))


def is_near(a, b):
    "Whether two PNG pictures, in base64, are nearly alike, and nearly of one size"
    x, y = (np.asarray(Image.open(io.BytesIO(b64decode(o)), formats=["PNG"]).convert("RGB"), float)
        for o in (a, b))
    if np.abs(np.subtract(x.shape, y.shape)).max() > 8: return False     # a label is narrower
    h, w = np.minimum(x.shape, y.shape)[:2]
    return np.abs(x[:h, :w]-y[:h, :w]).mean() < NEAR


def is_same(a, b):
    "Whether two values of a notebook's JSON, such as a cell, differ in digits alone"
    if type(a) is not type(b): return False
    if isinstance(a, dict):
        # a table as text breaks its lines by the widths of numbers; its HTML does not
        keys = a.keys() - {"text/plain"} if "text/html" in a else a.keys()
        return a.keys() == b.keys() and all(
            is_near(a[k], b[k]) if k == "image/png" else is_same(a[k], b[k]) for k in keys)
    if isinstance(a, list):
        if all(isinstance(o, str) for o in (*a, *b)):
            return without_digits("".join(a)) == without_digits("".join(b))
        return len(a) == len(b) and all(map(is_same, a, b))
    return without_digits(a) == without_digits(b) if isinstance(a, str) else a == b


def same_notebook(a, b):
    "Whether two notebooks have the same cells, and outputs that differ in digits alone"
    a, b = (json.loads(o)["cells"] for o in (a, b))
    def sources(cells): return [o["source"] for o in cells]
    return sources(a) == sources(b) and all(
        is_same(x.get("outputs", []), y.get("outputs", [])) for x, y in zip(a, b))


def git(*args):
    return subprocess.run(["git", *args], cwd=ROOT, check=True, capture_output=True).stdout.decode()


def main():
    if is_pinned(): return
    changed = git("diff", "--no-ext-diff", "--name-only", "--", "nbs", FIGURES).splitlines()
    left = set()
    for name in sorted(changed, reverse=True):      # notebooks, then figures
        before, now = git("show", f":{name}"), (ROOT/name).read_text()
        if name.endswith(".ipynb"): same = same_notebook(before, now)
        # what a figure shows was compared in its notebook, as a picture
        else: same = Path(name).name.rpartition("_figure_")[0] in left or is_same(before, now)
        if not same: continue
        git("restore", "--", name)
        left.add(page(Path(name).name))
        print(f"{name}: other digits on this processor, which is not Intel's; left as stored")


if __name__ == "__main__": main()

"""What to expect of the homework, for the teacher's page: `python -m tools.homework 0 15 30` runs
the code of the sheet with these numbers, and prints what docs/teaching.toml stores as `expected`"""
import sys
import time
import tomllib
from pathlib import Path

import torch

TEACHING = Path(__file__).parents[1]/"docs/teaching.toml"


def spread(values):
    "The least, the median and the most of the seeds, to two digits"
    values = sorted(values)
    return [round(float(o), 2) for o in (values[0], values[len(values)//2], values[-1])]


def sheet(code, n):
    "What tasks 3 and 4 find with the student's number `n`: a dict for each loss"
    exec(compile(code.replace("N = 123", f"N = {n}"), "homework", "exec"), given := {})
    fitted, wrong = given["fitted"], given["wrong"]
    table, x, y = fitted.table, given["x"][wrong], given["noisy"].train_y[wrong]
    for loss in given["losses"]:
        runs = table[table.loss == loss]
        early, late = (spread(runs[runs.epoch == o].accuracy) for o in (2, 19))
        with torch.no_grad():
            called = [(fitted.model(o, loss)(x).argmax(1) == y).float().mean()
                for o in sorted(set(runs.seed))]
        yield dict(N=n, r=given["r"], loss=loss, early=early, late=late,
            called=spread(called))


def main(numbers):
    code = tomllib.loads(TEACHING.read_text(encoding="utf-8"))["homework"]["code"]
    for n in map(int, numbers):
        start = time.time()
        for o in sheet(code, n):
            print("    {" + ", ".join(f'{k} = "{v}"' if isinstance(v, str) else f"{k} = {v}"
                for k, v in o.items()) + "},", flush=True)
        print(f"    # {time.time()-start:.0f} seconds", flush=True)


if __name__ == "__main__": main(sys.argv[1:])

"""`nbdev-test --save`, each notebook in a process of its own: what one sets (`import fastbook`
sets fonts and more) reaches no other. Calls of tests are left out: they show nothing, and pytest
runs them."""
import ast
import atexit
import multiprocessing
import re
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import nbdev.test
import pandas as pd
from execnb.shell import CaptureShell
from nbdev.config import get_config
from nbdev.doclinks import nbglob

from tools.slides import figure_file, save_svg

WORKERS = 2     # of a machine with two cores; a notebook may itself use all of them


def is_test(stmt):
    "Whether `stmt` calls a test, as `test_costs()` does"
    call = stmt.value if isinstance(stmt, ast.Expr) else None
    return (isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
        and call.func.id.startswith("test_") and not call.args)


class WithoutTests(ast.NodeTransformer):
    def visit_Module(self, cell):
        cell.body = [o for o in cell.body if not is_test(o)]
        return cell


class Shell(CaptureShell):
    def __init__(self, path, *args, **kwargs):
        super().__init__(path, *args, **kwargs)
        self.ast_transformers.append(WithoutTests())
        self.path,self.source = Path(path),""
        svg = self.display_formatter.formatters["image/svg+xml"]
        if self.path.parent.name == "studies": svg.for_type("matplotlib.figure.Figure", self.svg)

    def cell(self, cell, *args, **kwargs):
        self.source = cell.source
        super().cell(cell, *args, **kwargs)

    def svg(self, fig):
        "Saves the numbered figures of a study; nothing for the cell's output"
        if m := re.search(r"^#\| fig-cap: Figure (\d+)", self.source, re.M):
            save_svg(fig, get_config().config_path/figure_file(self.path, m[1]))


def run(nb, root):
    "Runs `nb` and stores what it shows, if it succeeds"
    nbdev.test.CaptureShell = Shell
    # as in Jupyter; in a terminal pandas would look at the window's width
    pd.set_option("display.max_columns", 20)
    result = nbdev.test.test_nb(nb, basepath=root, save=True, cell_timeout=600)
    if "joblib" in sys.modules:
        from joblib.externals.loky import get_reusable_executor
        # idle workers would keep this process for minutes
        get_reusable_executor().shutdown(kill_workers=True)
        # joblib's shared memory; a child of multiprocessing leaves it
        atexit._run_exitfuncs()
    return result


def main(paths):
    config = get_config()
    files = ([Path(o).resolve() for o in paths]
        or [o.resolve() for o in nbglob(config.nbs_path, as_path=True)])
    missing = [str(o) for o in files if not o.is_file()]
    if missing: sys.exit(f"{', '.join(missing)}: no such notebook")
    context = multiprocessing.get_context("forkserver")
    # seconds, once; not fastai, which changes how tests compare, but what it imports
    context.set_forkserver_preload(["nbdev.test", "torch", "pandas", "matplotlib.pyplot",
        "sklearn.metrics", "torchvision"])
    failed, done = [], 0
    with ProcessPoolExecutor(WORKERS, mp_context=context, max_tasks_per_child=1) as pool:
        # the studies, which are long, first
        jobs = {pool.submit(run, o, config.config_path): o for o in sorted(files, reverse=True)}
        try:
            for job in as_completed(jobs):
                ok, seconds = job.result()
                done += 1
                print(
                    f"[{done}/{len(files)}] {jobs[job].name}: "
                    f"{'' if ok else 'FAILED after '}{seconds:.0f} s", flush=True)
                if not ok: failed.append(jobs[job].name)
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            sys.exit(130)
    if failed: sys.exit(f"Not stored, since they failed: {', '.join(sorted(failed))}")


if __name__ == "__main__": main(sys.argv[1:])

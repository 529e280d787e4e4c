"`nbdev-test --save`, each notebook in a process of its own: what one sets (`import fastbook` sets fonts and more) reaches no other"
import atexit
import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import pandas as pd
from nbdev.config import get_config
from nbdev.doclinks import nbglob
from nbdev.test import test_nb

WORKERS = 2     # of a machine with two cores; a notebook may itself use all of them


def run(nb, root):
    "Runs `nb` and stores what it shows, if it succeeds"
    pd.set_option("display.max_columns", 20)    # as in Jupyter; in a terminal pandas would look at the window's width
    result = test_nb(nb, basepath=root, save=True, cell_timeout=600)
    if "joblib" in sys.modules:
        from joblib.externals.loky import get_reusable_executor
        get_reusable_executor().shutdown(kill_workers=True)     # idle workers would keep this process for minutes
        atexit._run_exitfuncs()                                 # joblib's shared memory; a child of multiprocessing leaves it
    return result


def main(paths):
    config = get_config()
    files = [Path(o).resolve() for o in paths] or [o.resolve() for o in nbglob(config.nbs_path, as_path=True)]
    missing = [str(o) for o in files if not o.is_file()]
    if missing: sys.exit(f"{', '.join(missing)}: no such notebook")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["nbdev.test", "torch", "pandas"])   # seconds, once; not fastai, which changes how tests compare
    failed, done = [], 0
    with ProcessPoolExecutor(WORKERS, mp_context=context, max_tasks_per_child=1) as pool:
        jobs = {pool.submit(run, o, config.config_path): o for o in sorted(files, reverse=True)}    # the studies, which are long, first
        try:
            for job in as_completed(jobs):
                ok, seconds = job.result()
                done += 1
                print(f"[{done}/{len(files)}] {jobs[job].name}: {'' if ok else 'FAILED after '}{seconds:.0f} s", flush=True)
                if not ok: failed.append(jobs[job].name)
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            sys.exit(130)
    if failed: sys.exit(f"Not stored, since they failed: {', '.join(sorted(failed))}")


if __name__ == "__main__": main(sys.argv[1:])

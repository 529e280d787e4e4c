"The site, built once for all tests that look at it, also when they run in several processes"
import importlib
import os
import sys
import tempfile
import traceback
from pathlib import Path

import pytest
from filelock import FileLock

ROOT = Path(__file__).parents[1]
# What a build imports, seconds of it: here once, and each build is a fork that has it already
NEEDED = ("tools.site", "sphinx.cmd.build", "myst_nb", "sphinx_copybutton", "shibuya", "vl_convert",
    "ziamath", "latex2mathml.converter", "fontTools.subset")


def run_site():
    "`python -m tools.site`; its exit status"
    try:
        from nbdev.doclinks import _build_lookup_table

        from tools.site import main
        _build_lookup_table.cache_clear()       # of the project that the tests stand in
        main()
    except SystemExit as e:
        if not isinstance(e.code, str): return e.code or 0
        print(e.code, file=sys.stderr)
        return 1
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def build_site(folder, **env):
    "Build the site of the project in `folder` in a process of its own: its status, what it says"
    for o in NEEDED: importlib.import_module(o)
    with tempfile.TemporaryFile("w+") as said:
        if (child := os.fork()) == 0:
            for fd in 1, 2: os.dup2(said.fileno(), fd)
            sys.stdout = sys.stderr = open(1, "w", buffering=1, closefd=False)
            os.chdir(folder)
            os.environ.update(env)
            # threads do not come along, and OpenMP would wait for them
            if torch := sys.modules.get("torch"): torch.set_num_threads(1)
            status = 1
            try: status = run_site()
            finally: os._exit(status)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        said.seek(0)
        return status, said.read()


@pytest.fixture(scope="session")
def site(tmp_path_factory, worker_id):
    "Folder of the site, up to date"
    shared = tmp_path_factory.getbasetemp()
    if worker_id != "master": shared = shared.parent
    with FileLock(shared/"site.lock"):
        if not (shared/"site.built").exists():
            status, says = build_site(ROOT)
            assert status == 0, says
            (shared/"site.built").touch()
    return ROOT/"docs/_site"

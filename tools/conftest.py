"The site, built once for all tests that look at it, also when they run in several processes"
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def site(tmp_path_factory, worker_id):
    "Folder of the site, up to date"
    shared = tmp_path_factory.getbasetemp()
    if worker_id != "master": shared = shared.parent
    with FileLock(shared/"site.lock"):
        if not (shared/"site.built").exists():
            args = [sys.executable, "-m", "tools.site"]
            res = subprocess.run(args, cwd=ROOT, capture_output=True, text=True)
            assert res.returncode == 0, res.stdout + res.stderr
            (shared/"site.built").touch()
    return ROOT/"docs/_site"

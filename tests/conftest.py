"The one hand-written file here: how pytest runs the tests that the notebooks export"
from mnist_losses.reference import use_reference_mode

use_reference_mode()  # before torch is imported

import fastai.callback.progress  # noqa: F401 (learn.no_bar)
import matplotlib
from hypothesis import settings

matplotlib.use("agg")
settings.register_profile("repo", deadline=None, derandomize=True)
settings.load_profile("repo")


def pytest_pycollect_makeitem(collector, name, obj):
    "Collect only what a module defines itself: the imported `test_same` is a helper, not a test"
    if name.startswith("test") and getattr(obj, "__module__", None) not in (None,
        collector.module.__name__):
        return []

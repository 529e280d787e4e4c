"The one hand-written file here: how pytest runs the tests that the notebooks export"
import gc
import os

from mnist_losses.reference import use_reference_mode

use_reference_mode()  # before torch is imported

import pytest
from hypothesis import settings

settings.register_profile("repo", deadline=None, derandomize=True)
settings.load_profile("repo")


# What imports leave behind, millions of objects, is garbage for nobody: not to be looked through
# again and again, neither while it grows nor in the tests
gc.disable()


def pytest_collection_finish():
    gc.freeze()
    gc.enable()


def pytest_configure(config):
    "What all tests want; a process that only gives them to others does without these seconds"
    if config.getoption("dist", "no")!="no" and not hasattr(config, "workerinput"):
        return gc.enable()
    import fastai.callback.progress  # noqa: F401 (learn.no_bar)
    import matplotlib
    matplotlib.use("agg")


def pytest_pycollect_makeitem(collector, name, obj):
    "Collect only what a module defines itself: an imported `test_close` is a helper, not a test"
    if name.startswith("test") and getattr(obj, "__module__", None) not in (None,
        collector.module.__name__):
        return []


def pytest_collection_modifyitems(items):
    "Where `make test-gpu` finds no GPU it says so, and does not pass for one on the CPU"
    import torch
    device = torch.device(os.environ.get("MNIST_LOSSES_DEVICE") or "cpu")
    there = device.type=="cpu" or getattr(torch, device.type).is_available()
    skip = pytest.mark.skip(reason=f"no {device.type} device on this machine")
    for o in items:
        if not there and o.get_closest_marker("gpu"): o.add_marker(skip)


def pytest_unconfigure():
    "Looked at again at the end, or a library that counts what it leaves behind (Triton) complains"
    gc.unfreeze()

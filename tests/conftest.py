"The one hand-written file here: how pytest runs the tests that the notebooks export"
import os

from mnist_losses.reference import use_reference_mode

use_reference_mode()  # before torch is imported

import fastai.callback.progress  # noqa: F401 (learn.no_bar)
import matplotlib
import pytest
import torch
from hypothesis import settings

matplotlib.use("agg")
settings.register_profile("repo", deadline=None, derandomize=True)
settings.load_profile("repo")


def pytest_pycollect_makeitem(collector, name, obj):
    "Collect only what a module defines itself: the imported `test_same` is a helper, not a test"
    if name.startswith("test") and getattr(obj, "__module__", None) not in (None,
        collector.module.__name__):
        return []


def pytest_collection_modifyitems(items):
    "Where `make test-gpu` finds no GPU it says so, and does not pass for one on the CPU"
    device = torch.device(os.environ.get("MNIST_LOSSES_DEVICE") or "cpu")
    there = device.type=="cpu" or getattr(torch, device.type).is_available()
    skip = pytest.mark.skip(reason=f"no {device.type} device on this machine")
    for o in items:
        if not there and o.get_closest_marker("gpu"): o.add_marker(skip)

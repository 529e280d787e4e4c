"Whatever a public function is given: a right result, or an error of ours in one line"
import importlib
import inspect
import math
import traceback
from pathlib import Path
from types import UnionType
from typing import get_args, get_origin

import pandas as pd
import pytest
import torch
from fastai.data.core import DataLoaders
from torch import Tensor, nn

from mnist_losses import all as everything
from mnist_losses.claims import Claim, Ledger, published_claims, read_ledger
from mnist_losses.data import ImageSet, load_digits, mnist_dls
from mnist_losses.losses import CrossEntropyLoss, Loss
from mnist_losses.training import linear, loss_learner
from tools.faces import WINGS

ROOT = Path(__file__).parents[1]/"mnist_losses"
# fastai's own, what we make and no one else, and what examines whatever it is given
LEFT_OUT = ("DirectLearner", "FitResult", "Finding", "Report", "Claim", "diagnose_loss",
    "diagnose_metric", "diagnose_data")
SEVERAL = "label_accuracy", "exact_match", "label_f1", "mean_average_precision"
BAD_NUMBERS = -10**9, math.nan, math.inf, 10**30, "x", b"a", [], {}, torch.ones(2), object()


def public_functions():
    names = [o for wing in WINGS for o in importlib.import_module(f"mnist_losses.{wing}").__all__]
    found = {k: getattr(everything, k) for k in names if k not in LEFT_OUT}
    return {k: f for k, f in found.items() if callable(f)
        and not (isinstance(f, type) and issubclass(f, (Exception, Loss)))}


FUNCTIONS = public_functions()


def kinds_of(param):
    "The types that an annotation names"
    kind = param.annotation
    kinds = get_args(kind) if isinstance(kind, UnionType) else [kind]
    return [get_origin(o) or o for o in kinds]


@pytest.fixture(scope="module")
def stand_ins():
    "Something of each type that a required argument has"
    images = load_digits("DIGITS_SAMPLE")
    dls = mnist_dls(images, device="cpu")
    row = dict(loss="a", lr=.1, epoch=0, accuracy=1.)
    return {ImageSet: images, DataLoaders: dls, Loss: CrossEntropyLoss(),
        nn.Module: nn.Linear(1, 2),
        pd.DataFrame: pd.DataFrame([row | dict(seed=o) for o in range(3)]),
        Claim: published_claims()[0], Ledger: read_ledger("published_notebook"), Path: Path("no"),
        Tensor: torch.eye(3), str: "a", int: 1, float: .5, dict: {"a": 1}, bool: True,
        tuple: ["a"], list: [.1, .2],
        inspect.Parameter.empty: loss_learner(dls, linear, CrossEntropyLoss())}


def bad_values(kinds):
    "Values that no argument of these types may have"
    if Tensor in kinds or inspect.Parameter.empty in kinds: return [object()]
    if {int, float} & {*kinds}:
        lists = {list, tuple, dict} & {*kinds}
        return [o for o in BAD_NUMBERS if not (lists and hasattr(o, "__len__"))]
    return [object(), 1.5]


def required(f, stand_ins):
    "Arguments that `f` cannot do without"
    for k, o in inspect.signature(f).parameters.items():
        if k=="targ" and f.__name__ not in SEVERAL: yield k, torch.arange(3)
        elif o.default is o.empty and o.kind is o.POSITIONAL_OR_KEYWORD:
            found = [v for kind, v in stand_ins.items() if kind in kinds_of(o)]
            yield k, found[0] if found else linear


@pytest.mark.parametrize("name", FUNCTIONS)
def test_wrong_arguments_are_refused_in_a_line(name, stand_ins, tmp_path, monkeypatch):
    f = FUNCTIONS[name]
    monkeypatch.chdir(tmp_path)
    for k, param in inspect.signature(f).parameters.items():
        if param.kind is not param.POSITIONAL_OR_KEYWORD or k=="progress": continue
        for value in bad_values(kinds_of(param)):
            if k=="ignore_index" and value is BAD_NUMBERS[0]: continue
            said = f"{name}({k}={value!r:.20})"
            try: f(**dict(required(f, stand_ins)) | {k: value})
            except (ValueError, TypeError) as e:
                at = traceback.extract_tb(e.__traceback__)[-1].filename
                assert ROOT in Path(at).parents, f"{said}: {e!r} of {at}"
                assert len(str(e).splitlines())==1 and str(e), f"{said}: {e}"
                continue
            raise AssertionError(f"{said} was taken")

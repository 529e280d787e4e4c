"Whatever a public function is given: a right result, or an error of ours in one line"
import importlib
import inspect
import math
import traceback
from functools import partial
from pathlib import Path
from types import MappingProxyType, UnionType
from typing import get_args, get_origin

import numpy as np
import pandas as pd
import pytest
import torch
from fastai.data.core import DataLoaders
from fastcore.basics import fastuple
from fastcore.foundation import L
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
    # a result or a table of something else, or of nothing
    others = {dict: [{}, {"no": 1}], list: [[object()], [{}]], pd.DataFrame: [pd.DataFrame()]}
    return [object(), 1.5, *(v for o in kinds for v in others.get(o, ()))]


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


def same_forms(value):
    "What fastai's, NumPy's and pandas' users write for `value`"
    if isinstance(value, (bool, int, float)):
        yield from (np.array(value), np.array(value)[()], torch.from_numpy(np.array(value)))
        if isinstance(value, (bool, float)) and value==int(value): yield int(value)
    elif isinstance(value, Path): yield str(value)
    elif isinstance(value, str): yield np.str_(value)
    elif isinstance(value, dict): yield MappingProxyType(value)
    else:
        yield from (list(value), tuple(value), L(*value), fastuple(value), np.array(value),
            pd.Series(value, index=range(len(value), 0, -1)), (o for o in value))
        if isinstance(value[0], (int, float)): yield torch.tensor(value)


def plain(value):
    "A value in the one form that all of `same_forms` mean"
    if isinstance(value, (list, tuple)): return [*value]
    return str(value) if isinstance(value, Path) else value


MEANT = {bool: True, int: 2, float: .5, str: "a", Path: Path("a"), list: [1, 2],
    tuple: ("a", "b"), np.ndarray: [1., 2.], dict: {"a": 1}}
ROW = dict.fromkeys(("loss", "library", "call", "part", "what", "against", "ratio"), 1)
NAMED = dict(rows=[ROW], result=dict.fromkeys(("runs", "manifest", "machine", "rows"), 1))
CHECKED = {k: f.__init__ if isinstance(f, type) else f for k, f in FUNCTIONS.items()
    if hasattr(f.__init__ if isinstance(f, type) else f, "__wrapped__")}


@pytest.mark.parametrize("name", CHECKED)
def test_what_means_the_same_is_taken(name, monkeypatch):
    f, got = CHECKED[name], {}
    params = inspect.signature(f).parameters
    # what is tested is what comes to the function; it does nothing
    def body(*args, **kwargs): got.update(zip(params, args), **kwargs)
    cells = dict(zip(f.__code__.co_freevars, f.__closure__))
    monkeypatch.setattr(cells["f"], "cell_contents", body)
    for k, param in params.items():
        for kind in kinds_of(param):
            if kind not in MEANT: continue
            given = isinstance(param.default, kind) and param.default!=()
            value = param.default if given else NAMED.get(k, MEANT[kind])
            for o in (value, *same_forms(value), *[None]*(param.default is None)):
                f(**{k: o})
                said = f"{name}({k}={o!r}) became {got[k]!r}"
                assert plain(got[k])==(None if o is None else plain(value)), said


def tables(x):
    "Numbers in other forms"
    yield from (x.numpy(), x.tolist(), L(*x.tolist()), torch.Tensor(x) if x.ndim==2 else x)
    yield x.T.contiguous().T if x.ndim==2 else x.flip(0).flip(0)
    yield pd.DataFrame(x.numpy()) if x.ndim==2 else pd.Series(x.numpy(), index=range(len(x), 0, -1))


def test_numbers_are_taken_as_arrays_lists_and_tables():
    rng = torch.Generator().manual_seed(0)
    z, y, w = torch.randn(12, 3, generator=rng), torch.arange(12)%3, torch.linspace(.1, 1, 12)
    p, marks, counts = z.softmax(-1), (z>0).float(), torch.tensor([10, 20, 30])
    most = torch.full((3, 3), .1) + .7*torch.eye(3)
    all_ = everything
    two = {o: (p, y) for o in ("nll", "brier", "ece", "confusion_matrix", "reliability_curve",
        "classwise_ece", "mce", "brier_decomposition", "estimate_transition")}
    two |= {o: (z, y) for o in ("accuracy", "error_rate", "balanced_accuracy", "macro_f1",
        "mean_iou", "mean_dice", "softmax_loss")}
    two |= {o: (p, marks) for o in SEVERAL} | dict(distillation_loss=(z, z*2), sample_labels=(p,))
    two |= dict(class_counts=(y,), class_weights=(counts,), shift_logits=(z, counts))
    calls = {k: (getattr(all_, k), v) for k, v in two.items()} | {
        "CrossEntropyLoss": (CrossEntropyLoss(), (z, y, w)),
        "weight": (lambda o: CrossEntropyLoss(weight=o)(z, y), (w[:3],)),
        "symmetric_noise": (partial(all_.symmetric_noise, rate=.1), (p,)),
        "wants": (partial(all_.wants, CrossEntropyLoss()), (p[:2],)),
        **{k: (lambda o, k=k: getattr(all_, k)(o)(z, y), (v,)) for k, v in dict(LDAMLoss=counts,
            LogitAdjustedLoss=counts, ForwardCorrectedLoss=most).items()}}
    for name, (f, args) in calls.items():
        want = f(*args)
        for i, x in enumerate(args):
            for o in tables(x):
                got = f(*args[:i], o, *args[i+1:])
                said = f"{name}, argument {i} as {type(o).__name__}"
                assert str(got)==str(want), f"{said}: {got} and not {want}"


def test_images_are_taken_as_arrays_and_names_as_lists():
    images = load_digits("DIGITS_SAMPLE")
    arrays = [o.numpy() for o in images.tensors.values()]
    for vocab in ["3", "7"], L("3", "7"), np.array(["3", "7"]), (3, 7), pd.Series(["3", "7"]):
        assert ImageSet("a", vocab, *arrays).digest==images.digest


def test_a_plan_is_taken_as_python_writes_it():
    check = everything.check_plan
    want = check(dict(loss=["MAELoss", "BrierLoss"], lr=[.1, .5], seeds=[0, 1], epochs=2, data="a"))
    for several in tuple, L, np.array, pd.Series, iter:
        more = dict(seeds=several([0, 1])) if several is not L else dict(seeds=range(2))
        assert check(dict(loss=several(["MAELoss", "BrierLoss"]), lr=several([.1, .5]),
            epochs=np.int64(2), data=Path("a"), **more))==want


def test_tables_of_no_rows_are_refused():
    for f in everything.loss_speed_table, everything.library_speed_table:
        for rows in [], [ROW]:
            with pytest.raises(ValueError, match="there are none of the part l"): f(rows)
    with pytest.raises(ValueError, match="no rows of no: there are 1"):
        everything.conformance_table([ROW], "no")
    with pytest.raises(ValueError, match="no rows of anything"): everything.conformance_table([])

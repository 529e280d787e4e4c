"What is said of each loss below its parameters"
import re
from copy import deepcopy
from inspect import signature

import pytest
import torch
from fastcore.docments import docments
from torch.nn import functional as F

from mnist_losses import losses
from mnist_losses.evidence.conformance import CASES
from mnist_losses.evidence.gallery import SHAPE, describe, prices
from mnist_losses.losses import Loss, LossInputError
from tools.api import options_of
from tools.loss_facts import (
    card_of,
    cost_of_row,
    default_of,
    defaults,
    example,
    facts,
    libraries,
    places,
    shapes,
)

BY_NAME = {k: o for k in losses.__all__ if isinstance(o := getattr(losses, k), type)}
SAID = {k: o for k, o in BY_NAME.items() if default_of(o)}


def test_every_loss_has_facts_and_nothing_else_has():
    apart = {"Loss", "SumLoss", "RegionLoss"}      # made of, or by, others
    wanted = {k for k, o in BY_NAME.items() if issubclass(o, Loss)} - apart
    assert {*SAID} == wanted and len(wanted) > 40
    for k in apart | {"CosineLinear"}: assert facts(BY_NAME[k], "mnist_losses.losses") == ""


@pytest.mark.parametrize("name", SAID)
def test_shapes_are_taken_and_the_line_imports(name):
    loss = deepcopy(default_of(BY_NAME[name]))
    logits, labels = shapes(loss)
    if "axis=1" in logits: loss.axis = 1
    z, y = example(loss)
    assert z.ndim == len(re.search(r"\((.*?)\)", logits)[1].split(", "))
    assert (z.shape[1] == 1) == ("(N, 1)" in logits)
    dims = [len(re.findall(r"\w+", o)) for o in re.findall(r"\((.*?)\)", labels)]
    assert dims[0] == y.ndim
    assert loss(z, y).ndim == 0
    if "soft" in labels:
        assert dims[1] == z.ndim
        soft = F.one_hot(y, z.shape[1]).to(z.dtype)
        torch.testing.assert_close(loss(z, soft), loss(z, y))
    loss.reduction = "none"
    each = re.search("one of each (\\w+)", facts(BY_NAME[name], "mnist_losses.losses"))[1]
    assert tuple(loss(z, y).shape) == {"row": (len(z),), "entry": z.shape, "image": (len(z),)}[each]
    line = re.search("`(from .*?)`", facts(BY_NAME[name], "mnist_losses.losses"))[1]
    names = {}
    exec(line, names)
    assert names[name] is BY_NAME[name]


def test_a_cost_is_told_as_it_is():
    told = {k: cost_of_row(defaults()[BY_NAME[k]], most) for k, most in (
        ("SoftmaxLoss", 1.), ("CrossEntropyLoss", float("inf")), ("UnhingedLoss", float("inf")))}
    assert "Range: 0 to 1 " in told["SoftmaxLoss"]
    assert "Range: 0 to infinity" in told["CrossEntropyLoss"]
    assert "Range: below 0 to infinity" in told["UnhingedLoss"]


def test_other_libraries_are_told_by_their_plainest_case():
    def told(name): return [*libraries(describe(defaults()[BY_NAME[name]]))]
    same, other = told("FocalLoss")
    smp = "segmentation-models-pytorch"
    assert same == f"same in fastai, {smp} softmax_focal_loss_with_logits, keras alpha=1"
    assert other == ("not the same in kornia, monai (mean over rows and columns: 1/C), "
        f"{smp} FocalLoss (a sigmoid for each class, not a softmax: another loss), "
        "keras (alpha is 0.25 unless it is given)")
    assert "torchvision" in facts(BY_NAME["FocalLoss"], "mnist_losses.losses")
    same, other = told("CrossEntropyLoss")
    assert same == f"same in torch, fastai, keras, timm, {smp}" and "balanced-loss" in other
    assert "monai alpha=.25" in told("MultiLabelFocalLoss")[0]
    assert "torch (" in told("MAELoss")[0] and told("SoftmaxLoss") == []


def test_a_loss_says_what_it_was_asked_itself():
    "None has a time or a library of its parent"
    for k, cls in SAID.items():
        said = " ".join(places(card_of(cls)))
        assert (">time " in said) == (SHAPE in prices().get(k, {})), k
        cases = {o.library for o in CASES if type(o.ours).__name__ == k}
        told = [o for text in libraries(card_of(cls)) for o in re.findall(r"[a-z][\w-]+", text)]
        assert {o for o in told if o in {c.library for c in CASES}} <= cases, k
        assert (">same in" in said or ">not the same in" in said) == bool(cases), k
    assert {"BinaryCrossEntropyLoss", "MnistLoss"} <= {*SAID} - {*prices()}
    bce = card_of(BY_NAME["BinaryCrossEntropyLoss"])
    assert [*libraries(bce)] == ["same in torch, fastai, keras"]


COUNTS, MATRIX = [[9., 1.]], [.7*torch.eye(2) + .15]
TOLD = dict(LogitAdjustedLoss=COUNTS, LDAMLoss=COUNTS, ForwardCorrectedLoss=MATRIX,
    BackwardCorrectedLoss=MATRIX)
OPTIONS = dict(reduction="sum", ignore_index=255, label_smoothing=.1, temperature=2.,
    mean_over="rows", smooth_over="others")


def refused(name):
    "Options that a loss does not take, when it is made"
    z, _ = example(default_of(BY_NAME[name]))
    for k, v in OPTIONS.items() | {("weight", torch.ones(max(z.shape[1], 2)))}:
        try: BY_NAME[name](*TOLD.get(name, []), axis=1, **{k: v})
        except LossInputError: yield k


def test_two_losses_refuse_an_option():
    # losses/00_core and howto/02_choose_a_loss say so
    found = {k: [*refused(k)] for k in SAID}
    assert {k: v for k, v in found.items() if v} == dict(
        ArcFaceLoss=["temperature"], LovaszLoss=["label_smoothing"])


def test_options_that_are_handed_on_are_named():
    assert "weight, ignore_index, label_smoothing" in options_of(losses.FocalLoss)
    assert options_of(losses.Loss) == options_of(losses.CosineLinear) == ""
    assert "label_smoothing" not in options_of(losses.LovaszLoss)
    assert "per_image" in options_of(losses.DiceLoss)
    for k, cls in SAID.items():
        names = re.findall(r"\w+", options_of(cls).partition("options:")[2])
        own = signature(cls).parameters
        assert not set(names) & set(own) and ({"weight", "axis"} <= {*names, *own}), k
        for name in names:
            default = next(signature(o).parameters[name].default for o in cls.__mro__
                if name in signature(o).parameters)
            cls(*TOLD.get(k, []), **{name: default})


def test_each_number_of_a_loss_has_its_range():
    said = {(k, name): text for k in SAID for name, text in docments(BY_NAME[k]).items()
        if name in signature(BY_NAME[k]).parameters
        and signature(BY_NAME[k]).parameters[name].annotation in (float, int)
        and name not in ("ignore_index", "axis")}
    assert len(said) > 40
    assert not [k for k, v in said.items() if not re.search(r"\d.* (to|or) |above \d|or more", v)]

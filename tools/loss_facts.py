"What a page says of a loss below its parameters: import, shapes, cost of a row, measurements"
import inspect
import re
from copy import deepcopy
from functools import cache
from html import escape

import torch
from torch.nn import functional as F

from mnist_losses.evidence.conformance import CASES, row_label, stored_conformance
from mnist_losses.evidence.gallery import (
    ALL_LOSSES,
    PAGES,
    SHAPE,
    count_classes,
    describe,
    measured_of,
    prices,
    with_options,
)
from mnist_losses.losses.angles import CosineMarginLoss
from mnist_losses.losses.core import Loss
from mnist_losses.losses.multilabel import MultiLabelLoss
from mnist_losses.reference import one_thread

ROOT = "../"            # all losses have their pages in one folder
SMP = "segmentation-models-pytorch"
DRAWS = 1, 10, 1e3, 1e6     # standard deviations of logits


@cache
def defaults():
    "By class a loss with its defaults, and with what it has to be told"
    return {type(o): o for o in (o() if isinstance(o, type) else o for o in ALL_LOSSES)}


def default_of(obj):
    "The loss that the class `obj` makes; None of what is no loss, or is none by itself"
    if not inspect.isclass(obj) or not issubclass(obj, Loss): return None
    return defaults().get(obj) or (obj() if obj.one_column else None)


def shapes(loss):
    "Shapes of logits and of labels, as a reader has them"
    if not loss.by_row: return "`(N, C, H, W)` with `axis=1`", "class numbers `(N, H, W)`"
    if isinstance(loss, MultiLabelLoss): return "`(N, C)`", "0 or 1 in each column, `(N, C)`"
    if loss.one_column: return "`(N, 1)`", "0 or 1, `(N,)` or `(N, 1)`"
    z = "cosines `(N, C)`" if isinstance(loss, CosineMarginLoss) else "`(N, C)`"
    return z, "class numbers `(N,)`, or soft labels `(N, C)`"


def example(loss, scale=1., rows=200):
    "Logits and labels of these shapes"
    rng = torch.Generator().manual_seed(0)
    classes = 2 if loss.one_column else count_classes(loss)
    shape = (rows, loss.n_out(classes)) + (() if loss.by_row else (2, 2))
    z = scale*torch.randn(shape, generator=rng, dtype=torch.float64)
    if isinstance(loss, CosineMarginLoss): z = F.normalize(z)
    y = torch.randint(classes, shape[:1] + shape[2:], generator=rng)
    return z, F.one_hot(y, classes) if isinstance(loss, MultiLabelLoss) else y


def cost_of_row(loss, most):
    "Between what a row costs, in words; nothing where that is not known"
    if not loss.by_row or isinstance(loss, CosineMarginLoss): return ""
    loss = deepcopy(loss)
    loss.reduction = "none"
    least = min(loss(*example(loss, o)).min().item() for o in DRAWS)
    high = "infinity" if most == float("inf") else f"{most:.3g}"
    low = "below 0" if least < -1e-6 else f"{abs(round(least, 3)):g}"
    return f" Range: {low} to {high} (checked on random logits)."


def called(row):
    "The library of a call, and what tells the call from another of it; of focal loss its alpha too"
    label = row_label(row, stored_conformance()["losses"]).replace("smp", SMP)
    alphas = re.findall(r"alpha=[.\d]+", row["call"]) if "focal" in row["loss"] else []
    return " ".join([label, *(o for o in alphas if o not in label)])


def elsewhere(card):
    "By library the plainest case that is stored: its label, and why it is not ours"
    cases = [o for o in CASES if type(o.ours).__name__ == card.name]
    cases.sort(key=lambda o: with_options(o.ours) != card.name)     # by default first
    plain, rows = {}, {(o["loss"], o["call"]): o for o in stored_conformance()["losses"]}
    for o in cases: plain.setdefault(o.library, o.loss)
    return [(called(rows[o.loss, o.call]), o.why) for o in cases if plain[o.library] == o.loss]


def libraries(card):
    "In which libraries a loss is the same, and in which it is not and why"
    by_why = {}
    for label, why in elsewhere(card): by_why.setdefault(why, []).append(label)
    same = by_why.pop("", [])
    if same: yield f"same in {', '.join(same)}"
    other = ", ".join(f"{', '.join(o)} ({why})" for why, o in by_why.items())
    if other: yield f"not the same in {other}"


def to(text, page): return f'<a href="{ROOT}{page}">{text}</a>'


def card_of(obj):
    "All that is known of a loss; one of one column has the card of two, and figures of its own"
    card = describe(next(defaults()[o] for o in obj.__mro__ if o in defaults()))
    card.place, card.not_measured = f"evidence/gallery.html#card-{card.name.lower()}", "Its card"
    name = obj.__name__
    if name != card.name:
        vars(card).update(name=name, not_measured=f"Card of {card.name}",
            loss=default_of(obj), prices=prices().get(name, {}),
            on_gpu=prices("cuda").get(name, {}),
            pages=PAGES.get(name, ()), measured=measured_of([name]))
    return card


def places(card):
    "Links to where a loss is measured, and to what other libraries and the clock say of it"
    measured = card.pages or not card.measured.empty
    known = "What we measured" if measured else f"{card.not_measured}: not measured"
    yield to(known, card.place)
    for text, page in card.pages: yield to(escape(text), page)
    for text in libraries(card): yield to(escape(text), "evidence/conformance.html")
    if card.loss.like_note: yield escape(card.loss.like_note.lstrip("; "))
    if price := card.prices.get(SHAPE):
        gpu = card.on_gpu.get(SHAPE)
        gpu = f"; on a GPU, with another PyTorch, {gpu['ratio']:.2f} x" if gpu else ""
        yield to(f"time {price['ratio']:.2f} x {price['against']} ({SHAPE}, CPU{gpu})",
            "howto/choose_a_loss.html#what-each-costs-in-time")
    yield to("which task it is for", "howto/choose_a_loss.html")


@one_thread()       # two are ten times slower for tensors as small
def facts(obj, face):
    "What is known of the loss `obj` of the wing `face`, as a short list in Markdown; else nothing"
    loss = default_of(obj)
    if loss is None: return ""
    card = card_of(obj)
    logits, labels = shapes(loss)
    each = "entry" if isinstance(loss, MultiLabelLoss) else "row" if loss.by_row else "image"
    return (f"{{.loss-facts}}\n- `from {face} import {obj.__name__}`\n"
        f"- Logits {logits}; labels: {labels}; a number comes back, with `reduction=\"none\"` "
        f"one of each {each}.{cost_of_row(loss, card.most)}\n- {' · '.join(places(card))}\n")

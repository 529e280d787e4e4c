"What 'My model does not learn' has to paste runs on one column and on several, and is right"
import re
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import torch
import torch.nn.functional as F
from fastai.data.block import CategoryBlock, DataBlock, TransformBlock
from fastai.data.core import DataLoaders
from fastai.data.transforms import IndexSplitter
from fastai.learner import Learner
from fastai.metrics import accuracy
from fastcore.basics import noop
from fastcore.nbio import read_nb
from torch import nn

from mnist_losses.testing import tiny_learner

ROOT = Path(__file__).parents[1]

def pasted(heading):
    "The code under a heading"
    cells = read_nb(ROOT/"nbs/howto/01_does_not_learn.ipynb").cells
    text, = (c.source for c in cells if c.source.startswith(f"## {heading}\n"))
    return re.search(r"```python\n(.*?)```", text, re.S)[1].replace("\n  ", "\n").strip()

def value_of(code, **names):
    "The value of a code's last line"
    *lines,last = code.splitlines()
    names |= dict(torch=torch, F=F)
    exec("\n".join(lines), names)
    return eval(last, names)

def right(preds, targ): return ((preds.sigmoid()>.5) == targ).float().mean()
def wrong(preds, targ): return ((preds.sigmoid()<.5) == targ).float().mean()
def mnist_loss(preds, targ):
    p = preds.sigmoid()
    return torch.where(targ==1, 1-p, p).mean()

def of_one_column(metric=right, loss=mnist_loss):
    "Of labels of floats in a column, as the book has them"
    learn = tiny_learner(loss, n_out=1, c=2, metrics=metric)
    for dl in learn.dls.loaders: dl.dataset[:] = [(x, y.view(1).float()) for x,y in dl.dataset]
    return learn

def test_perfect_predictions_are_made_of_labels_of_each_form():
    code = pasted("Loss falls and accuracy does not rise")
    several = tiny_learner(nn.CrossEntropyLoss(), n_out=3, c=3, metrics=accuracy)
    for learn in of_one_column(),several: assert value_of(code, learn=learn)==(1, 1)
    upside_down = of_one_column(wrong, lambda z, y: -mnist_loss(z, y))
    assert value_of(code, learn=upside_down)==(0, 0)

def test_a_metric_that_makes_a_square_is_seen():
    "Of labels in a row, which the loss makes a column"
    learn = of_one_column(loss=lambda z, y: mnist_loss(z, y.view_as(z)))
    for dl in learn.dls.loaders: dl.dataset[:] = [(x, y[0]) for x,y in dl.dataset]
    loss,metric = value_of(pasted("Loss falls and accuracy does not rise"), learn=learn)
    assert loss and metric<1

def test_each_message_of_the_table_is_there():
    cells = read_nb(ROOT/"nbs/howto/01_does_not_learn.ipynb").cells
    tables = [o["data"]["text/markdown"] for c in cells for o in c.get("outputs", [])
        if "text/markdown" in o.get("data", {})]
    table, = (t for o in tables if '<span id="one-pass">' in (t := "".join(o)))
    rows = re.findall(r'^\| <span id="(.*?)"></span>(.*?) \|', table, re.M)
    assert len(rows)>20
    assert not [k for k,said in rows if not re.fullmatch(r"(`[^`]+`(<br>)?)+", said)]
    assert "`Could not do one pass in your dataloader" in dict(rows)["one-pass"]


def printed(code, **names):
    "The lines that a code prints"
    with redirect_stdout(StringIO()) as said: exec(code, names | dict(torch=torch))
    return said.getvalue().splitlines()


def numbered(vocab):
    "Loaders of numbers, whose labels have places in a list"
    block = DataBlock((TransformBlock, CategoryBlock(vocab=vocab, sort=False)),
        get_x=lambda o: torch.tensor([float(len(o))]), get_y=noop, splitter=IndexSplitter([0, 1]))
    return block.dataloaders(["ball", "tent"]*4, bs=2, num_workers=0)


def test_splits_that_differ_are_seen():
    code = pasted("Good in training, bad in validation")
    learn = of_one_column()
    first, second = printed(code, learn=learn)
    assert "torch.Size" in first and re.findall("None$", f"{first}\n{second}", re.M) == ["None"]*2
    def largest(line): return float(re.findall(r"tensor\(([\d.e+]+)\)", line)[1])
    assert largest(second) < 10*largest(first)
    learn.dls.valid.dataset[:] = [(255*x, y) for x, y in learn.dls.valid.dataset]
    first, second = printed(code, learn=learn)
    assert largest(second) > 10*largest(first)
    one, other = numbered(["ball", "tent"]), numbered(["tent", "ball"])
    learn = Learner(DataLoaders(one.train, other.valid), nn.Linear(1, 2), nn.CrossEntropyLoss())
    first, second = printed(code, learn=learn)
    assert first.endswith("['ball', 'tent']") and second.endswith("['tent', 'ball']")


def test_masks_and_predictions_are_seen():
    "Masks of 0 and 255, and a model that calls everything background"
    mask = torch.zeros(8, 8).long()
    mask[2:4] = 255
    learn = tiny_learner(nn.CrossEntropyLoss(ignore_index=255), n_out=2, c=2)
    for dl in learn.dls.loaders: dl.dataset[:] = [(torch.rand(1, 8, 8), mask) for _ in dl.dataset]
    n = len(learn.dls.valid_ds)
    learn.model = nn.Conv2d(1, 2, 1)
    nn.init.zeros_(learn.model.weight)
    learn.model.bias.data = torch.tensor([5., 0.])
    with learn.no_bar():
        said = printed(pasted("Dice 0, or all background (masks, U-Net)"), learn=learn)
    assert said[0] == "tensor([  0, 255])"
    assert said[1] == f"torch.Size([{n}, 2, 8, 8]) (tensor([0]), tensor([{64*n}]))"

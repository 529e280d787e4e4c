"What 'My model does not learn' has to paste runs on one column and on several, and is right"
import re
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from fastai.metrics import accuracy
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

@pytest.mark.parametrize("heading", ["Loss falls and accuracy does not rise",
    "Accuracy is 0, or below chance"])
def test_perfect_predictions_are_made_of_labels_of_each_form(heading):
    code = pasted(heading)
    several = tiny_learner(nn.CrossEntropyLoss(), n_out=3, c=3, metrics=accuracy)
    for learn in of_one_column(),several: assert value_of(code, learn=learn)==1
    upside_down = of_one_column(wrong, lambda z, y: -mnist_loss(z, y))
    assert value_of(code, learn=upside_down)==0

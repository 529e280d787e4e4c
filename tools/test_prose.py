"Figures that a text names are those that its cells compute"
from pathlib import Path

import nbformat

from tools.prose import unshown

NBS = Path(__file__).parents[1]/"nbs"
# Figures that a text takes as given, from elsewhere or by its own definition, and does not compute
GIVEN = {
    "about": "2.0",                             # version of the licence
    "data/02_label_noise": "1712.09482",        # arXiv
    "evidence/00_conformance": "0.95 0.975",        # the example of a thread
    "howto/07_compare_losses": "0.84",              # a quantile of the normal distribution
    "index": "3.11",                            # Python
    "losses/01_curves": "4.1 0.25",             # a paper's section, Keras's default
    "losses/04_explore": "0.09",                # 0.1*9/10
    "losses/07_multilabel": "11.25",            # its test says less than 11.26
    "metrics/01_calibration": "0.8 0.75 1.96",  # of examples, and a quantile
    "studies/02_frozen_accuracy": "18.4",       # the logarithm of the clamp, 1e-8
    "studies/06_label_noise": "98.0 97.6",      # the report's
    "training/03_ensemble": "2.5",              # the lower end of a band
    "training/05_landscape": "1712.09913"}      # arXiv


def notebook(folder, name, *cells):
    v4 = nbformat.v4
    made = [v4.new_code_cell("", outputs=[v4.new_output("stream", text=o[1:])]) if o[0] == ">"
        else v4.new_markdown_cell(o) for o in cells]
    nbformat.write(v4.new_notebook(cells=made), folder/f"{name}.ipynb")
    return folder/f"{name}.ipynb"


def test_figures_that_no_cell_shows(tmp_path):
    notebook(tmp_path, "other", "> 0.4432")
    text = "Of [others](other.ipynb#there) 0.443, here 0.98 or 97.6 %, $0.7$, `0.6`, v1.2.3, 0.66."
    assert [*unshown(notebook(tmp_path, "page", text, "> 0.9762", "> accuracy 0.981"))] == ["0.66"]
    assert [*unshown(notebook(tmp_path, "second", "It is 0.444.", "> 0.4432"))] == ["0.444"]
    assert [*unshown(notebook(tmp_path, "third", "In all 1,234.5", "> 1,234.51"))] == []


def test_figures_of_the_notebooks():
    found = {o.relative_to(NBS).with_suffix("").as_posix(): {*unshown(o)}
        for o in NBS.rglob("[!.]*.ipynb") if ".ipynb_checkpoints" not in o.parts}
    assert {k: v for k, v in found.items() if v} == {k: {*v.split()} for k, v in GIVEN.items()}

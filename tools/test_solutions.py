"The studies without solutions give none away"
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import nbformat
from fastcore.nbio import nb2str

from tools.solutions import GIVEN_AWAY, YOUR_TURN, without_solutions
from tools.study import exercises

ROOT = Path(__file__).parents[1]


def test_a_notebook_without_solutions(tmp_path):
    "Neither answer nor solution, nor what leads to them; figures keep their numbers"
    v4 = nbformat.v4
    texts = ["# T\n> Lead", "> [!NOTE]\n> **Question.** Why?\n>\n> **Answer.** Thus.\n>\n> Takes",
        "import os\nfrom a import (\n    b, c,\n    d)", "#| fig-cap: Figure 2. A line.\nd()",
        "## Part one\n\n[Else](../x.ipynb#y)", "#| your-turn: how many?\nd() + 1",
        "So (Me [2007](#papers))<!-- BEGIN SOLUTION -->,\nthus<!-- END SOLUTION -->.\n\n"
            "## Papers\n\nOne.\n\n## Exercises\n\n"
            "1. Do `b(3)`: see\n   [part one](#part-one).\n2. [See](#part-one).",
        "## Solutions\n\n### One", "c()", "### Two"]
    code = 2, 3, 5, 8
    cells = [(v4.new_code_cell if i in code else v4.new_markdown_cell)(o)
        for i, o in enumerate(texts)]
    cells[3].outputs = [v4.new_output("stream", text="shown")]
    path = tmp_path/"nbs/studies/01_a.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(v4.new_notebook(cells=cells), path)
    cfg = SimpleNamespace(nbs_path=tmp_path/"nbs", doc_url="https://d/")
    nb = without_solutions(path, cfg)
    assert [(o.cell_type[0], o.source) for o in nb.cells] == [("m", "# T\n> Lead"),
        ("m", "> [!NOTE]\n> **Question.** Why?\n>\n> Takes"), ("c", "from a import (\n    b, d)"),
        ("c", "# Figure 2\nd()"), ("m", "## Part one\n\n[Else](https://d/x.html#y)"),
        ("c", "# Your turn: how many?"), ("m", "So (Me 2007)."), ("m", "## Papers\n\nOne."),
        ("m", "## Exercises"),
        ("m", "1. Do `b(3)`: see\n   *part one*."), ("c", ""),
        ("m", "2. See (*Part one*)."), ("c", ""),
        ("m", "[How to cite this study](https://d/studies/a.html#cite-this-study)")]
    assert not any(o.get("outputs") for o in nb.cells)
    assert nb2str(nb) == nb2str(without_solutions(path, cfg))


def test_what_is_marked_is_left_out():
    "No marked sentence and no cell that a class writes is in the hand-out, nor any of its names"
    def words(o): return re.sub(r"\W+", " ", o)
    marked = 0
    for path in (ROOT/"nbs/studies").glob("*.ipynb"):
        nb = nbformat.read(path, 4)
        hand_out = nbformat.read(ROOT/"exercises"/f"{path.stem}_exercises.ipynb", 4)
        text = words("\n".join(o.source for o in hand_out.cells))
        given = [o for c in nb.cells for o in GIVEN_AWAY.findall(c.source)
            if c.cell_type == "markdown"]
        for said in re.split(r"(?<=[.:?]) ", " ".join(o[23:-21] for o in given)):
            if len(said.split()) > 3: assert words(said) not in text, (path.name, said)
        turns = [o.source for o in nb.cells if YOUR_TURN.search(o.source)]
        for source in turns: assert words(source.split("\n")[-1]) not in text, (path.name, source)
        assert sum(o.source.startswith("# Your turn: ") for o in hand_out.cells) == len(turns)
        marked += len(given) * len(turns)
    assert marked
    ruff = [sys.executable, "-m", "ruff", "check", "--isolated", "--select=F821", "exercises"]
    found = subprocess.run(ruff, capture_output=True, text=True, cwd=ROOT, check=False)
    assert not found.returncode, found.stdout


def test_the_hand_out_of_the_first_lesson_leaves_its_question_open():
    "Before a class is asked, neither text nor code says what it is to find"
    hand_out = nbformat.read(ROOT/"exercises/02_frozen_accuracy_exercises.ipynb", 4)
    text = " ".join("\n".join(o.source for o in hand_out.cells).split())
    number, _, rest = text.partition("Which of the two is 0.5112?")
    why, _, step = rest.partition("Why would a model call everything a seven?")
    assert not re.search("everything a seven|nan\\b|fault [1-7]|two steps|underflow", number, re.I)
    assert not re.search("nan\\b|fault [1-7]|two steps|underflow", why, re.I)
    step, _, later = step.partition("Where does NaN come in")
    assert "weights are NaN" not in step and "fault 2" not in step.lower()
    assert "| 2 | `softmax_loss` is p(right)" in later


def test_what_a_study_gives_away_is_marked():
    "In pairs, which leave no mark in the exercises; at a line's start they would end Markdown"
    begins, ends = "<!-- BEGIN SOLUTION -->", "<!-- END SOLUTION -->"
    for path in (ROOT/"nbs/studies").glob("*.ipynb"):
        text = "\n".join(o.source for o in nbformat.read(path, 4).cells)
        marks = re.findall(f"{begins}|{ends}", text)
        assert marks == [begins, ends]*(len(marks)//2), path.name
        assert not re.search(r"^\s*<!--", text, re.M), path.name
    for path in (ROOT/"exercises").glob("*.ipynb"):
        assert "SOLUTION" not in path.read_text(), path.name


def test_a_study_can_be_taken_away_without_solutions(site):
    "No answer and no output is left, and each exercise has a place"
    paths = [*site.glob("_downloads/*/*_exercises.ipynb")]
    assert len(paths) == len([*(ROOT/"nbs/studies").glob("*.ipynb")])
    for path in paths:
        nb, whole = nbformat.read(path, 4), ROOT/"nbs/studies"/path.name.replace("_exercises", "")
        text = "\n".join(o.source for o in nb.cells)
        assert not any(o.get("outputs") for o in nb.cells), path.name
        assert "**Answer.**" not in text and "## Solutions" not in text, path.name
        places = sum(o.cell_type == "code" and not o.source for o in nb.cells)
        assert places == len(exercises(nbformat.read(whole, 4))) > 1 and "@misc" in text, path.name
        assert "direct_url.json" in text and path.stem.partition("_")[2] not in re.sub(
            r"```bibtex.*", "", text, flags=re.S), path.name        # no link to its own page
        stored = nbformat.read(ROOT/"exercises"/path.name, 4)       # which Colab opens
        differ = [a.source for a, b in zip(stored.cells, nb.cells, strict=True) if a != b]
        assert len(differ) == 2 and "# in Colab" in differ[0] and "#cite" in differ[1], path.name

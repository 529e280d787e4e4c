"The page for teachers"
import math
import os
import re
import subprocess
import sys
import tomllib
from html import unescape
from pathlib import Path

import pytest
import torch
from fastcore.nbio import read_nb

from mnist_losses.data import DataMissing
from mnist_losses.losses import SoftmaxLoss, symmetric_noise, wants
from mnist_losses.metrics import ece, reliability_curve
from mnist_losses.training import check_plan
from tools.prose import unshown_in
from tools.study import sections
from tools.teaching import runs_of

ROOT = Path(__file__).parents[1]


def test_the_diagram_by_hand():
    "What the lesson says of its ten predictions is what the package computes"
    lessons = tomllib.loads((ROOT/"docs/teaching.toml").read_text())["lessons"]
    text, = (o["do"] for lesson in lessons for o in lesson["steps"] if "by hand" in o["do"])
    sure, right = zip(*re.findall(r"(0\.\d+) (right|wrong)", text))
    p = torch.tensor([[float(o), 1-float(o)] for o in sure])
    y = torch.tensor([int(o == "wrong") for o in right])
    curve = reliability_curve(p, y, n_bins=4).query("rows > 0")
    points = re.findall(r"\((0\.\d+), (0\.\d+)\)", text)
    assert len(sure) == 10 and [(float(a), float(b)) for a, b in points] == [
        (round(a, 4), round(b, 4)) for a, b in zip(curve.confidence, curve.accuracy)]
    assert f"ECE is {ece(p, y, n_bins=4):.2f}" in text


def test_questions_for_a_check():
    "One for each goal; what an answer names is shown by the study, under its heading"
    said = tomllib.loads((ROOT/"docs/teaching.toml").read_text())
    studies = {o.stem[3:]: o for o in (ROOT/"nbs/studies").glob("*.ipynb")}
    assert said["questions"].keys() == said["goals"].keys() == studies.keys()
    for name, asked in said["questions"].items():
        assert len(asked) == len(said["goals"][name]), name
        for question, answer, title in asked:
            assert title in sections(read_nb(studies[name])), (name, title)
            assert not [*unshown_in(f"{question} {answer}", studies[name])], question


def test_answers_that_can_be_computed():
    "Of the questions about numbers that no cell of a study shows"
    sevens = torch.tensor([0]*6 + [1]*4).float()
    assert sevens.mean() == torch.tensor(4/10)
    assert torch.stack([o.mean() for o in sevens.split(8)]).mean() == 5/8
    z = torch.tensor([[0., 110.]], requires_grad=True)
    for log_p, value in (z.softmax(1).log(), torch.nan), (z.log_softmax(1), 0.):
        grad, = torch.autograd.grad(-log_p[0, 1], z)
        assert log_p[0, 1] == 0 and torch.equal(grad.isnan(), torch.full((1, 2), value != 0))
        assert value != 0 or grad.abs().max() == 0
    counts, p = torch.tensor([99., 1.]), torch.linspace(.001, .1, 991)
    called = torch.stack([1-p, p], 1).log()[:, 1] - counts[1].log() > (1-p).log() - counts[0].log()
    assert abs(p[called].min()-.01) < 2e-4


def test_homework_and_projects():
    "The code of the sheet runs, and its answers hold; plans can be read, and have so many runs"
    said = tomllib.loads((ROOT/"docs/teaching.toml").read_text())
    code = said["homework"]["code"].replace("seeds=5, epochs=20", "seeds=2, epochs=1")
    exec(compile(code, "homework", "exec"), given := {})
    r, losses, three = given["r"], given["losses"].values(), torch.tensor([1., 0.])
    assert 0 < r < .5 and len(given["fitted"].table) == 4
    assert given["fitted"].model(1, "1 - p")(given["x"][:5]).shape == (5, 2)
    wrong = given["wrong"]
    logits = given["fitted"].model(1, "1 - p")(given["x"][wrong])       # as task 4 says
    assert logits.shape == (wrong.sum(), 2) and abs(wrong.float().mean()-r) < .005
    assert all(o["r"] == (10 + o["N"]%31)/100 for o in said["homework"]["expected"])
    wanted = [wants(o, symmetric_noise(three, r))[0].item() for o in losses]
    assert [round(o, 3) for o in wanted] == [round(1-r, 3), 1]
    for classes in 2, 10:
        z = torch.randn(5, classes, dtype=torch.float64)
        costs, noisy = SoftmaxLoss().costs(z), symmetric_noise(torch.eye(classes)[0].double(), r)
        slope = (costs@noisy).diff()/costs[:, 0].diff()
        assert torch.allclose(slope, torch.tensor(1 - r*classes/(classes-1)).double())
    assert sum(o[0] for o in said["projects"]["rubric"]) == 100
    for o in said["projects"]["each"]:
        plan = tomllib.loads(o["plan"])
        whole = check_plan(plan)
        many = [len(whole[k]) for k in ("loss", "model", "lr", "noise", "seeds")]
        assert runs_of(plan) == math.prod(many) and o["minutes"] > 0


def test_what_is_typed_without_fastai(capsys):
    "Cells without its names print what the page says; with `log_softmax` the run does not freeze"
    cells = tomllib.loads((ROOT/"docs/teaching.toml").read_text())["plain"]["cells"]
    given = {}
    for o in cells:
        assert "fast" not in o["code"] and "Learner" not in o["code"]
        try: exec(compile(o["code"], "typed", "exec"), given)
        except DataMissing as e: pytest.skip(str(e))
        assert capsys.readouterr().out.strip() == o["prints"]
    exec(cells[0]["code"].replace("softmax(1).log()", "log_softmax(1)"), {})
    assert "0.5112" not in capsys.readouterr().out


def test_a_lesson_begins_with_the_question_alone(site):
    "Its link closes the answer of the box, by CSS; the page has both, and a way to open it"
    text = (site/"studies/teaching.html").read_text()
    began = {*re.findall(r'href="(\w+)\.html#question"', text)}
    said = tomllib.loads((ROOT/"docs/teaching.toml").read_text())
    assert began == {next(iter(o["reaches"])) for o in said["lessons"]}
    css = (site/"_static/site.css").read_text()
    assert "#question:target #answer { display: none; }" in " ".join(css.split()).replace(
        ".show-answer, ", "")
    for name in began:
        page = (site/f"studies/{name}.html").read_text()
        box = page.partition('<div class="note admonition" id="question">')[2]
        question, _, answer = box.partition('<p id="answer"><strong>Answer.</strong>')
        assert "<strong>Question.</strong>" in question and 'href="#answer"' in question, name
        assert "#how-we-judge" in answer.partition("</div>")[0], name
        assert page.count(' id="question"') == page.count(' id="answer"') == 1, name


def test_answers_stand_on_a_page_of_their_own(site):
    "Which says that it is public, and which nothing leads to but the page for teachers"
    said = tomllib.loads((ROOT/"docs/teaching.toml").read_text())
    text, teaching = ((site/f"studies/{o}.html").read_text() for o in ("answers", "teaching"))
    assert '<meta name="robots" content="noindex"' in text and "it is public all the same" in text
    answers = [o[1] for asked in said["questions"].values() for o in asked]
    keys = [o[2] for o in said["homework"]["tasks"] if len(o) > 2]
    def letters(o): return re.sub(r"[^A-Za-z]", "", o)[:30]
    plain, asks = (re.sub("[^A-Za-z]", "", unescape(re.sub("<[^>]+>", "", o)))
        for o in (text, teaching))
    for o in (*answers, *keys):
        start = letters(re.split("[$`]", o)[0])
        assert start in plain and (len(start) < 20 or start not in asks), o
    assert text.count("<li>") > len(answers) + len(keys)
    leads = {o.relative_to(site).as_posix() for o in site.rglob("*.html")
        if 'href="answers.html' in o.read_text() or 'href="studies/answers.html' in o.read_text()}
    assert leads == {"studies/teaching.html"}
    assert '"studies/answers"' in (site/"searchindex.js").read_text()      # by name, no word of it
    points = [o[0] for o in said["homework"]["tasks"]]
    assert [len(o) > 2 for o in said["homework"]["tasks"]] == [not o for o in points]
    assert points.count(0) == 2 == teaching.count("(for practice)") and sum(points) == 20


def test_what_a_class_runs_makes_ready(site, tmp_path):
    """The lines for before class, without the one that installs, load the images of all hand-outs;
    and of each hand-out the cells run from the first to the one that loads images, as said"""
    text = unescape(re.sub("<[^>]+>", "", (site/"studies/teaching.html").read_text()))
    lines = re.search(r'^source = "git.*\n%pip .*\n(from .*\nfor .*)$', text, re.M)[1]
    try: exec(lines, {})
    except DataMissing as e: pytest.skip(str(e))
    lessons = tomllib.loads((ROOT/"docs/teaching.toml").read_text())["lessons"]
    names, code = sorted({o for lesson in lessons for o in lesson["reaches"]}), []
    for name in names:
        path, = (ROOT/"exercises").glob(f"*_{name}_exercises.ipynb")
        cells = [o.source for o in read_nb(path).cells if o.cell_type == "code"]
        loads = next(i for i, o in enumerate(cells) if re.search("^images = load_im", o, re.M))
        assert loads < 4, name
        code += ["%reset -f", *cells[:loads+1], f"print('{name}', images.name)"]
    file = tmp_path/"first_cells.ipy"
    file.write_text("\n".join(code))
    run = subprocess.run([sys.executable, "-m", "IPython", "--no-banner", "--quick", str(file)],
        capture_output=True, text=True, cwd=tmp_path, timeout=300,
        env=os.environ | {"PYTHONPATH": str(ROOT), "MPLBACKEND": "agg"})
    found = dict(re.findall(r"^(\w+) (MNIST\w*)$", run.stdout, re.M))
    assert found.keys() == {*names}, run.stderr + run.stdout
    assert all(f'"{o}"' in lines for o in found.values()), found


def test_a_class_of_laptops(site, capsys):
    "The line that tests an installation ends as said; with and without Git it is one version"
    text = unescape(re.sub("<[^>]+>", "", (site/"studies/teaching.html").read_text()))
    line, = re.findall(r'^python -c "(.*)"$', text, re.M)
    try: exec(line, {})
    except DataMissing as e: pytest.skip(str(e))
    assert f"\n{capsys.readouterr().out.strip()}\n" in text
    git, archive = re.findall('^source = "(.*)"$', text, re.M)
    url, _, at = git.removeprefix("git+").partition("@")
    assert archive == f"{url}/archive/{at or 'main'}.zip"


def test_the_page_for_teachers(site):
    "Each study with goals, minutes and files; lessons whose steps take the time that they have"
    text = (site/"studies/teaching.html").read_text()
    table = text.partition('<section id="every-study">')[2].partition("</tbody>")[0]
    rows = re.findall(r"<tr.*?</tr>", table.partition("<tbody>")[2], re.S)
    assert len(rows) == len([*(ROOT/"nbs/studies").glob("*.ipynb")])
    for row in rows:
        assert 2 <= row.count("•") <= 3 and row.count("_exercises.ipynb") == 2, row
        assert row.count("colab.research") == 2 and "figures.html#" in row, row
        assert re.search(r"text \d+, with code \d+; exercises \d+(, \d+)+<", row), row
    asked = text.partition('<section id="questions-for-a-check">')[2].partition("same code next")
    assert asked[0].count("<li>") == 3*len(rows)
    steps = [(int(a), int(b)) for a, b in re.findall(r"<p>(\d+) to (\d+)</p>", text)]
    starts = [i for i, (a, _) in enumerate(steps) if not a] + [len(steps)]
    lessons = [steps[a:b] for a, b in zip(starts, starts[1:])]
    before = text.partition('<section id="every-study">')[0]
    assert before.count("<p>before class</p>") == len(lessons) and "solutions are public" in before
    assert before.count("minutes of their own") == len(lessons)
    for name, anchor in re.findall(r'href="(\w+)\.html#([\w-]+)"><[^>]+><em>', before):
        assert f'id="{anchor}"' in (site/f"studies/{name}.html").read_text(), anchor
    assert [o[-1][1] for o in lessons] == [45, 60, 90, 90]
    for lesson in lessons:
        assert all(b > a for a, b in lesson)
        assert [b for _, b in lesson[:-1]] == [a for a, _ in lesson[1:]]

"What a fault's page shows of a training: the figure, and the code with and without the fault"
import json
import re
from pathlib import Path

import pytest

from mnist_losses.doctor.faults import ALL
from tools.fault_code import Corpus, Unread, resolved
from tools.fault_figures import alike, caption, figure, no_worse, panel
from tools.faults import code_block, sentence, trainings

ROOT = Path(__file__).parents[1]/"mnist_losses"
RECORDS = json.loads((ROOT/"doctor/trainings.json").read_text())


def points(svg):
    "Where the dots of a training with a fault are"
    found = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', svg.partition("V")[2])
    return [tuple(map(float, o)) for o in found]


def test_code_keeps_its_letters_and_a_sentence_gets_a_capital():
    assert sentence("split by source") == "Split by source"
    for code in "splitter=f(x), where", "drop_last=True, or", "model.train(); do not":
        assert sentence(code) == code


def test_a_figure_stands_where_its_number_is():
    low, high = [y for _, y in points(panel("accuracy", [("faulty", "accuracy", [0., 1.])]))]
    (_, middle), = points(panel("accuracy", [("faulty", "accuracy", [.5])]))
    assert low > high and middle == pytest.approx((low+high)/2, abs=.1)
    svg = panel("loss", [("faulty", "valid_loss", [2., float("nan"), 1.])])
    assert len(points(svg)) == 2 and "NaN" in svg and "nan" not in svg
    assert 'role="img"' in svg and ">epoch<" in svg


def test_an_axis_that_is_bent_holds_all_and_keeps_their_order():
    values = [-1e9, -10., 0., 3., 1e5]
    svg = panel("loss", [("faulty", "valid_loss", values), ("mended", "valid_loss", [2., 1.]*2)])
    at = [y for _, y in points(svg)]
    assert at == sorted(at, reverse=True) and len({*at}) == 5 and all(0 < y < 230 for y in at)
    assert "log scale" in svg and "log scale" not in panel("loss", [("mended", "valid_loss", [2.])])


def test_each_figure_says_what_it_shows():
    for slug, record in RECORDS.items():
        html = figure(record)
        assert len(html) < 12_000 and html.count("<svg") == html.count('aria-label="') >= 1, slug
        for part in "faulty", "mended":
            if isinstance(record[part], str):
                assert f"<code>{record[part][:9]}" in html
            else:
                last = float(record[part]["valid_loss"][-1])
                assert ("NaN" if last != last else f"{last:.1g}"[:1]) in html
        assert ("scikit-learn's digits" in html) == record["digits"]


def test_trainings_that_show_the_same_say_so():
    same = {slug for slug, record in RECORDS.items() if alike(record)}
    assert {"log-of-softmax", "eps-lost-in-half", "average-late"} <= same
    assert not same & {"init-symmetric", "split-overlap", "wrong-n-out", "metric-is-a-count"}
    for slug, record in RECORDS.items():
        assert ("nothing to see" in caption(record)) == (slug in same), slug
    record = json.loads(json.dumps(RECORDS["log-of-softmax"]))
    record["faulty"]["valid_loss"][-1] += .01
    assert not alike(record)


def test_no_figure_contradicts_its_page_in_silence():
    "Where a fault's figures are no worse than those mended, the page says why"
    said = {slug: no_worse(o) for slug, o in RECORDS.items()}
    assert {k for k, o in said.items() if o == "figures"} == {
        k for k, o in ALL.items() if "unseen" in o}
    for slug, o in said.items():
        text = caption(RECORDS[slug], ALL[slug].get("unseen", ""))
        assert ("no worse with the fault than mended: " in text) == (o == "figures"), slug
        assert ("only the metric differs" in text) == (o == "losses"), slug
    assert said["metric-args-swapped"] == "losses" and said["sampler-reversed"] == "metric"
    assert said["double-softmax"] == said["wrong-n-out"] == said["inputs-not-finite"] == ""
    record = json.loads(json.dumps(RECORDS["valid-is-train"]))
    record["faulty"]["accuracy"][-1] -= .1
    assert no_worse(record) == ""


SOURCE = '''\
def some(mended):
    if not mended: freeze(m)
    loss = (F.nll if mended else F.ce)(x)     # why
    p = 1/(p if mended else q)**2
    def loss(z): return (-1 if mended else 1)*z
    if mended:
        a = 1
        b = a
    else: c = 2
    if mended: return one(a)
    return two(c)
'''


def test_what_depends_on_mended_is_decided():
    assert resolved(SOURCE, True) == '''\
def some():
    loss = F.nll(x)     # why
    p = 1/p**2
    def loss(z): return (-1)*z
    a = 1
    b = a
    return one(a)
'''
    assert resolved(SOURCE, False) == '''\
def some():
    freeze(m)
    loss = F.ce(x)     # why
    p = 1/q**2
    def loss(z): return 1*z
    c = 2
    return two(c)
'''


@pytest.mark.parametrize("body", ["return f(mended)", "return x and mended",
    "if x: pass\n    elif mended: y()", "for o in x:\n        if mended: y()"])
def test_what_is_not_read_well_is_left_out(body):
    with pytest.raises(Unread): resolved(f"def some(mended):\n    {body}\n", False)


def test_the_code_of_learners_is_whole():
    corpus = Corpus(ROOT/"doctor")
    codes = {
        slug: shown[1:] for slug, o in RECORDS.items() if (shown := corpus(o["learner"]))}
    assert len(codes) > .8*len(RECORDS)
    for slug, both in codes.items():
        assert both[0] != both[1] and "mended" not in "".join(both), slug
        assert max(map(len, "".join(both).splitlines())) <= 100, slug
    heads = [o.partition("\n\n")[0] for o in codes["focal-weight-inverted"]]
    assert all("build_learner" in o and "focal" not in o for o in heads)    # a name of its own
    for slug in [*codes][::12]:
        for code in codes[slug]:
            names = {}
            exec(code, names)
            assert type(names[RECORDS[slug]["learner"]]()).__name__ == "Learner", slug


def test_lines_that_differ_are_marked():
    same, old, new = "import a\n\ndef f():\n", "    x = 1\n", "    x = 2\n    y = 3\n"
    assert ":emphasize-lines: 4,5\n" in code_block(same+new, same+old, True)
    assert ":emphasize-lines: 4\n" in code_block(same+old, same+new, True)


def test_trainings_are_of_the_corpus():
    assert trainings(ROOT).keys() == RECORDS.keys()
    assert all(o[2].startswith("corpus") for o in trainings(ROOT).values())

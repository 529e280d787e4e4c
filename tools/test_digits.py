import base64
import io
import json
import subprocess
from unittest.mock import patch

from PIL import Image

from tools import digits
from tools.digits import is_near, is_pinned, is_same, same_notebook, without_digits


def notebook(text, source="f()", png=None):
    data = {"text/plain": text.splitlines(True)} | ({"image/png": png} if png else {})
    output = dict(data=data, output_type="execute_result")
    return json.dumps(dict(cells=[dict(source=source, outputs=[output])]))


def png(value, size=(4, 3)):
    with io.BytesIO() as f:
        Image.new("L", size, value).save(f, "PNG")
        return base64.b64encode(f.getvalue()).decode()


def test_numbers_are_all_one():
    assert without_digits("a  0.9123 | 12") == without_digits("a 1e-05 |   7")
    assert without_digits("0.91 GCE") != without_digits("0.91 MAE")
    assert without_digits("nan") != without_digits("0.1")
    assert without_digits("2 findings in 88 checks.") != without_digits("2 findings in 87 checks.")
    assert without_digits("#m0a1b2c3d4e5") == without_digits("#mffffffff")


def test_only_digits_may_differ():
    assert same_notebook(notebook("loss 0.25\nrow -3"), notebook("loss 0.251\nrow 11"))
    for other in notebook("loss 0.25"), notebook("loss 0.25\nrow x"), notebook("", "g()"):
        assert not same_notebook(notebook("loss 0.25\nrow -3"), other)
    assert not is_same([1], [2]) and not is_same("1", 1) and is_same({"a": "1"}, {"a": "2"})


def test_pictures_may_differ_a_little():
    assert is_near(png(100), png(104)) and not is_near(png(100), png(120))
    assert is_near(png(9), png(9, (3, 4))) and not is_near(png(9), png(9, (20, 3)))
    assert same_notebook(notebook("1", png=png(9)), notebook("2", png=png(12)))
    assert not same_notebook(notebook("1", png=png(9)), notebook("1", png=png(90)))


def test_a_table_is_compared_as_html():
    def table(text, html): return {"text/plain": [text], "text/html": [html]}
    assert is_same(table("a  b\n1  2", "<td>1"), table("a  \\\n10\nb\n2", "<td>10"))
    assert not is_same(table("1", "<td>a"), table("1", "<td>b"))


def test_what_differs_in_digits_is_put_back(tmp_path, capsys):
    def git(*args): subprocess.run(["git", *args], cwd=tmp_path, check=True, capture_output=True)
    git("init", "-q")
    figures = tmp_path/digits.FIGURES
    for o in tmp_path/"nbs", figures: o.mkdir(parents=True)
    files = [*(tmp_path/"nbs"/f"0{o}.ipynb" for o in ("1_a", "2_b", "3_c")),
        *(figures/f"{o}_figure_1.svg" for o in "abc")]
    old = notebook("loss 0.25"), notebook("loss 0.25"), notebook("loss"), *["path M 1"]*3
    new = notebook("loss 0.26"), notebook("gain 0.26"), old[2], *["path M 1 L"]*2, "path M 2"
    for o, text in zip(files, old): o.write_text(text)
    git("add", ".")
    with patch.object(digits, "ROOT", tmp_path):
        for pinned, kept in (True, new), (False, (old[0], *new[1:3], old[3], new[4], old[5])):
            for o, text in zip(files, new): o.write_text(text)
            with patch.object(digits, "is_pinned", lambda p=pinned: p): digits.main()
            assert [o.read_text() for o in files] == list(kept)
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 3 and said[0].startswith("nbs/01_a.ipynb: other digits")


def test_the_vendor_is_read():
    for vendor, pinned in ("GenuineIntel", True), ("AuthenticAMD", False):
        with patch("pathlib.Path.read_text", lambda o, v=vendor: f"vendor_id : {v}\n"):
            assert is_pinned() == pinned

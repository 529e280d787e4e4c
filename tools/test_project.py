"The project's own files agree with each other, and every module stands alone"
import ast
import configparser
import importlib
import inspect
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from shutil import copy

import nbformat
import yaml
from fastcore.docments import docments

from mnist_losses import __version__
from mnist_losses.doctor.faults import FAULTS
from mnist_losses.doctor.measure import all_learners
from mnist_losses.reference import REFERENCE
from tools.export_tests import definitions
from tools.faces import WINGS
from tools.metadata import main as metadata
from tools.metadata import settings
from tools.readme import page_url, readme

ROOT = Path(__file__).parents[1]
FILES = [o.relative_to(ROOT/"mnist_losses") for o in (ROOT/"mnist_losses").rglob("[a-z]*.py")]
MODULES = sorted(".".join(o.with_suffix("").parts) for o in FILES)
LIGHT = {"start", "cli", "reference", "lazy", "atomic", *WINGS}     # must not bring torch
NO_TORCHVISION = {"data.loaders", "training.sweeps", "claims.ledger", "doctor.corpus",
    "doctor.corpus_data"}   # seconds
NO_FASTAI = {"testing", "training.models",
    *(o for o in MODULES if o.startswith(("losses.", "metrics.")))}

EXPORTS = re.compile(r"#\| *export[si]?\b")


# Libraries, what may be imported where there are only these, and what that must not bring
STAGES = [("torch pandas matplotlib.pyplot", NO_FASTAI, "fastai"),
    ("fastai.learner fastai.vision.data", NO_TORCHVISION, "torchvision"),
    ("fastai.vision.all", {*MODULES} - NO_FASTAI - NO_TORCHVISION, "")]
ALONE = """
import importlib, json, os, sys
for libraries, modules, heavy in json.loads(sys.argv[1]):
    for o in libraries.split(): importlib.import_module(o)      # seconds, once
    for module in modules:
        if (child := os.fork()) == 0:
            assert not [o for o in sys.modules if o.startswith("mnist_losses")]
            importlib.import_module(f"mnist_losses.{module}")
            brought = {"fastbook", "nbdev", heavy} & {*sys.modules}
            assert not brought, f"{module} brings {brought}"
            os._exit(0)
        if os.waitpid(child, 0)[1]: sys.exit(f"{module} cannot be imported alone, or brings more")
"""


def fresh(code, *args):
    env = {k: v for k, v in os.environ.items() if k != "IN_TEST"}
    return subprocess.run([sys.executable, "-c", code, *args], capture_output=True, text=True,
        cwd="/", env=env)


def test_every_module_imports_alone_and_brings_no_more_than_it_needs():
    assert {o for _, modules, _ in STAGES for o in modules} == {*MODULES}
    res = fresh(ALONE, json.dumps([(o, sorted(modules), heavy) for o, modules, heavy in STAGES]))
    assert res.returncode == 0, res.stderr


def test_faces_are_light():
    code = ("import importlib, sys\n"
        "for o in sys.argv[1:]: importlib.import_module('mnist_losses.' + o)\n"
        "print(*{'torch', 'numpy', 'pandas', 'fastai'} & {*sys.modules})")
    res = fresh(code, *sorted(LIGHT))
    assert (res.stdout.strip(), res.returncode) == ("", 0), res.stderr


def test_every_public_name_is_on_its_face():
    for wing in WINGS:
        face = importlib.import_module(f"mnist_losses.{wing}")
        modules = [importlib.import_module(f"mnist_losses.{o}")
            for o in MODULES if o.startswith(f"{wing}.")]
        assert set(face.__all__) == {name for o in modules for name in o.__all__}
        for o in modules:
            for name in o.__all__: assert getattr(face, name) is getattr(o, name)


def public_objects():
    "Name, module and object of all that users call, and of the methods that a class adds"
    for module in (importlib.import_module(f"mnist_losses.{o}") for o in MODULES if o != "all"):
        for name in module.__all__:
            obj = getattr(module, name)
            yield name, module, obj
            if not inspect.isclass(obj): continue
            for k, method in vars(obj).items():
                if not inspect.isfunction(method) or k[0] == "_": continue
                own = not any(hasattr(o, k) for o in obj.__mro__[1:])
                if own: yield f"{name}.{k}", module, method


def undocumented(obj):
    "What the documentation of `obj` lacks"
    doc = inspect.getdoc(obj) or ""
    if not doc or len(doc.splitlines()) > 1 or doc.endswith("."): yield f"docstring {doc[:60]!r}"
    if inspect.isclass(obj) and issubclass(obj, Exception): return
    told = docments(obj, returns=False, args_kwargs=True)
    for k in inspect.signature(obj).parameters:
        if k == "self": continue
        if not told.get(k): yield k


def test_public_names_are_documented():
    lacking = {name: missing for name, _, obj in public_objects()
        if callable(obj) and name != "app" and (missing := list(undocumented(obj)))}
    assert not lacking


def test_public_names_are_shown():
    "In an example or in the text; an error in what refuses"
    lacking = []
    for module in {o.__name__: o for _, o, _ in public_objects()}.values():
        notebook = ROOT/re.search(r"File to edit: [./]*(\S+ipynb)", inspect.getsource(module))[1]
        cells = [o.source for o in nbformat.read(notebook, 4).cells]
        shown = "\n".join(o for o in cells if not EXPORTS.match(o) and "def test_" not in o)
        refused = "\n".join(cells)
        for name in module.__all__:
            obj = getattr(module, name)
            error = inspect.isclass(obj) and issubclass(obj, Exception)
            found = rf"expect_fail\({name}\b" if error else rf"\b{name}\b"
            if not re.search(found, refused if error else shown): lacking.append(name)
    assert not lacking


def test_layers_are_the_order_of_the_notebooks():
    contracts = tomllib.loads((ROOT/"pyproject.toml").read_text())["tool"]["importlinter"][
        "contracts"]
    for wing, contract in zip(WINGS, contracts[1:], strict=True):
        assert contract["name"] == wing
        assert (contract["layers"][::-1]
            == [o.stem.partition("_")[2] for o in sorted((ROOT/"nbs"/wing).glob("*.ipynb"))])


def test_every_module_has_its_notebook():
    made = {m[1] for o in (ROOT/"nbs").rglob("[!.]*.ipynb")
        if (m := re.search(r"#\| default_exp ([\w.]+)", o.read_text()))}
    assert made | {"all"} == set(MODULES)
    for test in (ROOT/"tests").glob("test_*.py"):
        source = re.match(r"# AUTOGENERATED! DO NOT EDIT! File to edit: \.\./(\S+)\.",
            test.read_text())[1]
        assert (ROOT/source).exists(), f"{test}: its notebook {source} is gone; delete it"


def statements(source):
    "The statements of the code cell `source`; none if it has a magic"
    return [] if re.match(r"[!%]", source.splitlines()[-1]) else ast.parse(source).body


def test_cells_are_short():
    for path in (ROOT/"nbs").rglob("[!.]*.ipynb"):
        if ".ipynb_checkpoints" in path.parts: continue
        for cell in (o for o in nbformat.read(path, 4).cells if o.cell_type == "code"):
            lines, where = cell.source.splitlines(), f"{path.relative_to(ROOT)}, cell {cell.id}"
            assert not [o for o in lines if len(o) > 100
                and "pip install" not in o and not o.startswith("#| fig-")], where
            if not EXPORTS.match(cell.source): continue
            body = statements(cell.source)
            if all(isinstance(o, (ast.Import, ast.ImportFrom)) for o in body): continue
            n = sum(bool(o.strip()) and not o.startswith("#|") for o in lines)
            assert n <= 25, f"{where}: {n} lines"


def test_metadata_agrees():
    ini = configparser.ConfigParser(delimiters="=", interpolation=None)
    ini.read(ROOT/"settings.ini")
    cfg, project = ini["DEFAULT"], tomllib.loads((ROOT/"pyproject.toml").read_text())["project"]
    assert project["name"] == cfg["lib_name"] == "mnist_losses"
    assert project["urls"] == {"Repository": cfg["git_url"], "Documentation": cfg["doc_url"]}
    assert __version__ == cfg["version"]
    assert f"## {cfg['version']}" in (ROOT/"CHANGELOG.md").read_text()


def test_lock_names_no_place():
    lock = (ROOT/"requirements.lock").read_text()
    assert not re.search(r"://|^\s*-(?!-hash=)|file:|@ ", lock,
        re.M), "an address, a path or an option"
    blocks = re.split(r"^(?=[a-z])", lock, flags=re.M)[1:]
    assert (len(blocks) > 100
        and all(re.match(r"[\w.-]+==\S+", o) and "--hash=sha256:" in o for o in blocks))


def test_make_sets_the_reference_mode():
    assert (dict(re.findall(r"^export (\w+) := (\w+)$", (ROOT/"Makefile").read_text(), re.M))
        == REFERENCE | {"COLUMNS": "80"})


def test_figures_are_laid_out_once():
    "A layout engine works at each drawing, and the result depends on how often that was"
    for path in (ROOT/"nbs").rglob("*.ipynb"):
        assert not re.search(r"layout *= *.\"|set_layout_engine", path.read_text()), path


def test_no_merge_is_left_half_done():
    "A conflict's marks once stood in the changelog, and on the site"
    marked = subprocess.run(["git", "grep", "-lE", "^(<{7}|>{7})( |$)"], cwd=ROOT,
        capture_output=True, text=True)
    assert marked.returncode == 1, marked.stdout or marked.stderr


def test_stored_outputs_name_no_place():
    for path in (ROOT/"nbs").rglob("[!.]*.ipynb"):
        if ".ipynb_checkpoints" in path.parts: continue
        for cell in nbformat.read(path, 4).cells:
            for out in cell.get("outputs", []):
                text = (out.get("text", "")
                    + str({k: v for k, v in out.get("data", {}).items()
                    if not k.startswith("image/")}))
                place = re.search(
                    r"site-packages|file:/|(?<![:/\w])(/[\w.-]+){2,}/[\w.-]+\.\w+|\b0x[0-9a-f]{6,}",
                    text)
                assert (out.get("name") != "stderr"
                    and not place), f"{path.name} {cell.id}: {text[:200]}"


def test_definitions_leave_calls_out():
    source = "import os\n@deco\ndef test_a():\n    pass\n\ntest_a()\nB = 1\nprint(B)"
    assert (definitions(source, ["slow"])
        == "import os\n\n@pytest.mark.slow\n@deco\ndef test_a():\n    pass\n\nB = 1")


def test_readme_of_a_notebook():
    v4 = nbformat.v4
    shown, hidden, echo = (f"#| {o}\n{o.split(':')[0]}+1"
        for o in ("eval: true", "hide", "echo: false"))
    output = v4.new_output("execute_result", {"text/plain": "2", "image/png": "aGk="})
    cells = [v4.new_markdown_cell("# T\n[x](01_losses.ipynb#loss) [y](https://a.b/c.ipynb)"),
        v4.new_code_cell(hidden), v4.new_code_cell(shown), v4.new_code_cell(echo, outputs=[output])]
    text, pictures = readme(v4.new_notebook(cells=cells), "https://docs.org/p/")
    assert text.startswith(
        "# T\n[x](https://docs.org/p/losses.html#loss) "
        "[y](https://a.b/c.ipynb)\n\n```python\neval+1\n```\n\n![png](index_files/")
    assert "hide" not in text and "echo" not in text and list(pictures.values()) == [b"hi"]
    assert (page_url("https://d/", "studies/01_three_losses.ipynb")
        == "https://d/studies/three_losses.html")


def test_every_notebook_names_its_kernel():
    "Otherwise JupyterLab asks each reader for one"
    for nb in (o for o in (ROOT/"nbs").rglob("*.ipynb") if ".ipynb_checkpoints" not in o.parts):
        assert nbformat.read(nb, 4).metadata.get("kernelspec", {}).get("name") == "python3", nb


def test_every_notebook_opens_in_colab():
    git_url = settings(ROOT)["git_url"]
    for path in (ROOT/"nbs").rglob("[!.]*.ipynb"):
        if ".ipynb_checkpoints" in path.parts: continue
        install = f"! [ -e /content ] && pip install -Uqq git+{git_url}  # in Colab"
        assert any(o.source.endswith(install) for o in nbformat.read(path, 4).cells), path.name


def test_the_learner_of_the_front_page_is_shown_in_full():
    home, install = (nbformat.read(ROOT/"nbs"/o, 4).cells for o in ("index.ipynb",
        "howto/00_install.ipynb"))
    code, = (o.source for o in home if o.source.endswith("learn.recorder.values))"))
    assert code.removeprefix("#| echo: false\n") in [o.source for o in install]


def shown_text(cell):
    "A code cell and what it shows, as text"
    yield cell.source
    for out in cell.outputs:
        yield out.get("text", "")
        yield from (v for k, v in out.get("data", {}).items() if k.startswith("text/"))


def numbers(text): return [float(o) for o in re.findall(r"(?<![\w.])\d*\.?\d+(?:e-?\d+)?", text)]


def uncomputed(cells, published=()):
    "Decimal numbers in prose that no cell shows, rounded, or as a percentage"
    computed = [*published, *(o for cell in cells if cell.cell_type == "code"
        for text in shown_text(cell) for o in numbers(text))]
    for cell in (o for o in cells if o.cell_type == "markdown"):
        prose = re.sub(r"\]\([^)]*\)|arXiv:[\d.]+|```.*?```", "", cell.source, flags=re.S)
        for o in re.findall(r"(?<![\w.])\d+\.\d{2,}(?![\w.]*\d)", prose):
            half = .5001*10**-len(o.partition(".")[2])
            if not any(abs(x*k-float(o)) <= half for x in computed for k in (1, 100)): yield o


def test_every_fault_is_seen_in_a_learner_or_named_by_a_test():
    seen = {o for _, _, slugs, _ in all_learners("own") for o in slugs}
    tests = "".join(o.read_text() for o in (ROOT/"tests").glob("test_doctor_*_checks.py"))
    tests += (ROOT/"tests/test_doctor_watch.py").read_text()
    named = set(re.findall(r"[\w-]+", tests))
    assert {*FAULTS} - seen - named == set()


def test_numbers_in_prose_are_computed():
    "Decimals of two places and more: by a cell of their notebook, or published and cited"
    files = (ROOT/"mnist_losses/claims_data").glob("*.json")
    published = numbers("".join(o.read_text() for o in files))
    assert {str(o.relative_to(ROOT)): wrong for o in (ROOT/"nbs").rglob("[!.]*.ipynb")
        if ".ipynb_checkpoints" not in o.parts
        and (wrong := [*uncomputed(nbformat.read(o, 4).cells, published)])} == {}
    v4 = nbformat.v4
    cells = v4.new_code_cell("print(.1234)"), v4.new_markdown_cell("0.123, 12.34 %, 0.13")
    assert [*uncomputed(cells)] == ["0.13"]


def test_addresses_follow_settings(tmp_path):
    for name in "settings.ini", "pyproject.toml": copy(ROOT/name, tmp_path)
    for o in "nbs", "docs": (tmp_path/o).mkdir()
    copy(ROOT/"docs/verified.json", tmp_path/"docs")
    cfg, ini = settings(ROOT), tmp_path/"settings.ini"
    (tmp_path/"nbs/a.ipynb").write_text(f"{cfg['git_url']} {cfg['doc_url']}page.html")
    text = ini.read_text()
    for key, to in {"git_url": "https://git.example/x", "doc_url": "https://x.example/"}.items():
        text = text.replace(cfg[key], to)
    ini.write_text(text)
    metadata(tmp_path)
    assert (tmp_path/"nbs/a.ipynb").read_text() == "https://git.example/x https://x.example/page.html"
    citation = yaml.safe_load((tmp_path/"CITATION.cff").read_text())
    assert citation["repository-code"] == "https://git.example/x"
    assert (citation["version"], citation["abstract"]) == (cfg["version"], cfg["description"])
    assert citation["preferred-citation"]["url"] == "https://x.example/"
    urls = tomllib.loads((tmp_path/"pyproject.toml").read_text())["project"]["urls"]
    assert [*urls.values()] == ["https://git.example/x", "https://x.example/"]


def test_each_notebook_is_alone(tmp_path):
    def notebook(name, code):
        kernel = dict(name="python3", language="python", display_name="python3")
        nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)],
            metadata=dict(kernelspec=kernel))
        nbformat.write(nb, tmp_path/f"{name}.ipynb")
    for k in "xyz": notebook(k, "import pandas as pd\npd.set_option('display.precision', 1)")
    notebook("a", "import pandas as pd\npd.get_option('display.precision')")
    notebook("b", "1/0")
    files = [str(tmp_path/f"{k}.ipynb") for k in "abxyz"]
    res = subprocess.run([sys.executable, "-m", "tools.outputs", *files], capture_output=True,
        text=True, cwd=ROOT)
    assert res.returncode == 1 and "Not stored, since they failed: b.ipynb" in res.stderr, res
    shown = {k: nbformat.read(tmp_path/f"{k}.ipynb", 4).cells[0].outputs for k in "ab"}
    assert shown["a"][0].data["text/plain"] == "6" and not shown["b"]      # pandas' own default

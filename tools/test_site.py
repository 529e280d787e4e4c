"The site's glue: what it makes of a notebook, and what fails the build"
import os
import re
import shutil
import subprocess
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote, urljoin

import nbformat
import pytest
from fastcore.nbio import read_nb

from mnist_losses.doctor.faults import ALL, FAULTS
from mnist_losses.doctor.findings import doc_address
from mnist_losses.losses import CrossEntropyLoss
from tools.api import code_strings, parameters
from tools.conftest import build_site
from tools.faults import NOTEBOOK, parts_of, told
from tools.metadata import settings
from tools.pages import in_colab, install_cell, page
from tools.site import unknown_names

ROOT = Path(__file__).parents[1]
v4 = nbformat.v4


def test_pages_are_named_as_nbdev_does():
    assert ([page(o) for o in ("losses/00_core.ipynb", "studies/01_three_losses.ipynb",
        "studies/../index.ipynb")] == [
        "losses/core", "studies/three_losses", "index"])


def test_unknown_names():
    text = "`tru` `len()` `os.path` `known` `known.gone` `a b`\n```\n`unseen`\n```"
    assert (unknown_names(v4.new_notebook(cells=[v4.new_markdown_cell(text)]), {"known", "path"})
        == ["tru", "known.gone"])


def test_strings_of_arguments_are_code():
    # other quotes, as a page curls them, cannot be pasted
    for text, said in (('"mean", "sum" or None', '`"mean"`, `"sum"` or None'),
        ('a=[1, ...] and like="kornia"; b', 'a=[1, ...] and `like="kornia"`; b'),
        ('(of order="in order")', '(of `order="in order"`)'), ('such as ["a", "b"]',
            'such as `["a", "b"]`'), ('or `"x"`, "a phrase"', 'or `"x"`, "a phrase"')):
        assert code_strings(text) == said


def test_no_table_of_arguments_has_a_string_in_prose():
    table = parameters(CrossEntropyLoss)
    assert '`"mean"`, `"sum"`, or `"none"`' in table
    assert not re.search('"', re.sub("`[^`]*`", "", table))


def build(folder, *cells, path=""):
    "Build a site of one page with `cells` in a project of its own; what it says, and where it is"
    parts = ("settings.ini", "pyproject.toml", "requirements.lock", "docs/conf.py",
        "docs/verified.json", "docs/_static", "docs/_templates")
    for name in parts:
        to = folder/name
        to.parent.mkdir(parents=True, exist_ok=True)
        if not to.exists():
            (shutil.copytree if (ROOT/name).is_dir() else shutil.copy)(ROOT/name, to)
    (folder/"nbs").mkdir(exist_ok=True)
    (folder/"nbs/llms.txt").write_text("")
    (folder/"docs/search.toml").write_text("")
    nbformat.write(v4.new_notebook(cells=[v4.new_markdown_cell("# Home\n> All there is"), *cells]),
        folder/"nbs/index.ipynb")
    status, says = build_site(folder, PATH=path)
    return status, says, folder/"docs/_site"


def test_a_page(tmp_path):
    spec = {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", "mark": "point",
        "data": {"values": [{}]}}
    rc, says, site = build(
        tmp_path, v4.new_code_cell("#| hide\nsecret = 1"),
        v4.new_markdown_cell("Half: $\\frac{1}{2}$"),
        v4.new_code_cell("#| echo: false\n1 + 1",
        outputs=[v4.new_output("execute_result", {"text/plain": "2"})]),
        v4.new_code_cell("def test_it(): assert True"),
        v4.new_code_cell("chart",
        outputs=[v4.new_output("display_data", {"application/vnd.vegalite.v5+json": spec})]))
    assert rc == 0, says
    html = (site/"index.html").read_text()
    assert html.count('<main role="none" class=') == 1
    assert "secret" not in html and "1 + 1" not in html and ">2\n" in html
    assert "<mfrac>" in html and 'class="vega"' in html and "tag_hide-input" in html
    assert "reference download" in html and "colab.research.google.com" in html
    assert "secret" in next(site.glob("_downloads/*/index.ipynb")).read_text()
    assert ((site/"objects.inv").exists() and (site/"llms.txt").exists()
        and "# Home" in (site/"index.html.md").read_text())


def test_warnings_are_errors(tmp_path):
    wrong = {"[gone](01_gone.ipynb)": "gone.ipynb", "[no such anchor](#nowhere)": "nowhere",
        "![gone](gone.png)": "gone.png",
             # it is public, and there is no page of losses here
             "`mnist_loss`": "mnist_losses.losses.mnist_loss"}
    (tmp_path/"mnist_losses/losses").mkdir(parents=True)
    (tmp_path/"mnist_losses/losses/core.py").write_text("__all__ = ['mnist_loss']")
    for _ in range(2):      # the second build does not forget them
        rc, output, site = build(tmp_path, v4.new_markdown_cell("\n\n".join(wrong)))
        assert rc != 0 and not site.exists()
        for says in wrong.values(): assert says in output


def test_misspelt_names_are_errors(tmp_path):
    rc, output, site = build(tmp_path, v4.new_markdown_cell("`misspelt_name`"))
    assert rc != 0 and "index.ipynb: `misspelt_name`" in output and not site.exists()


def test_one_commit(tmp_path):
    "A page that has not changed since names the commit of this build too, and so does its download"
    def git(*words):
        as_one = "-c", "user.name=a", "-c", "user.email=a@b"
        return subprocess.run(["git", *as_one, *words], cwd=tmp_path, check=True,
            capture_output=True, text=True).stdout.strip()
    git("init", "-q")
    (tmp_path/"nbs").mkdir()
    about = [v4.new_markdown_cell("# About\n> It"), v4.new_code_cell("! pip  # in Colab"),
        v4.new_markdown_cell("## Cite\n\nThus.")]
    nbformat.write(v4.new_notebook(cells=about), tmp_path/"nbs/about.ipynb")
    for message in "first", "second":
        git("commit", "-q", "--allow-empty", "-m", message)
        rc, says, site = build(tmp_path, about[1], path=os.environ["PATH"])
        assert rc == 0, says
        at = git("rev-parse", "HEAD")
        assert f"commit {at[:7]}" in (site/"about.html").read_text()
        for name in "about", "index":
            assert f"@{at}" in next(site.glob(f"_downloads/*/{name}.ipynb")).read_text(), name


class Links(HTMLParser):
    "Collects what a page links to and the anchors that it has"
    def __init__(self, text):
        super().__init__()
        self.links, self.anchors = set(), set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.anchors |= {attrs.get("id"), attrs.get("name")}
        self.links |= {o for k in ("href", "src") if (o := attrs.get(k))}


def test_every_link_and_anchor_resolves(site):
    pages = {o.relative_to(site).as_posix(): Links(o.read_text()) for o in site.rglob("*.html")}
    broken = []
    for name, links in pages.items():
        for link in links.links:
            if re.match(r"[a-z]+:", link): continue
            path, _, anchor = unquote(re.sub(r"\?[^#]*", "", urljoin(name, link))).partition("#")
            path += "index.html" if path.endswith("/") else ""
            if not (site/path).is_file() or (anchor and path in pages
                and anchor not in pages[path].anchors):
                broken.append((name, link))
    assert len(pages) > 10 and not broken
    # absolute, to the published site
    for link in re.findall(r"\]\(([^)]+)\)", (site/"llms.txt").read_text()):
        assert (
            site/link.removeprefix(settings(ROOT)["doc_url"])).is_file(), link


def test_links_of_the_markdown_pages_resolve(site):
    "Those for machines, beside each page; their links are absolute"
    url, broken = settings(ROOT)["doc_url"], []
    for path in site.rglob("*.html.md"):
        for link in re.findall(r"\]\(([^)\s]+)\)", path.read_text()):
            name = link.removeprefix(url).partition("#")[0]
            if link.startswith(url) and not (site/name).is_file() or link.endswith(".png"):
                broken.append((path.name, link))        # no picture stands beside it
    assert not broken


def test_a_notebook_can_be_taken_away(site):
    "It says how to install the package, and its links lead to the published site"
    url = settings(ROOT)["doc_url"]
    path, = site.glob("_downloads/*/03_wrong_labels.ipynb")
    nb = nbformat.read(path, 4)
    text = "\n".join(o.source for o in nb.cells if o.cell_type == "markdown")
    links = re.findall(r"\]\(([^)\s]+)\)", text)
    own = [o.removeprefix(url).partition("#")[0] for o in links if o.startswith(url)]
    assert own and all((site/o).is_file() for o in own)
    assert not [o for o in links if not o.startswith("https:")]
    pinned = r'%pip install -q "\w+\[notebooks\] @ git\+https://\S+@[0-9a-f]{40}"'
    assert any(re.search(pinned, o.source) for o in nb.cells)
    assert re.search(r">@[0-9a-f]{40}\s", re.sub("</?span[^>]*>", "",
        (site/"studies/teaching.html").read_text()))


@pytest.mark.parametrize("there, wanted, said", [
    ([], 2, ""), (["vcs_info: another"], 2, "Another commit of lib is replaced"),
    (["vcs_info: this"], 0, ""), (["dir_info"], 0, "Your own lib stays"),
    ([None], 0, "Your own lib stays"), (["vcs_info: another", None], 0, "Your own lib stays")])
def test_the_version_of_the_site_is_installed(monkeypatch, capsys, there, wanted, said):
    "Also where another commit is, which pip takes for the same; but a checkout is left, and told"
    monkeypatch.setattr("tools.pages.commit", lambda root: "@this")
    cfg = SimpleNamespace(lib_name="lib", git_url="https://git/lib", config_path=ROOT)
    def found(name): return [SimpleNamespace(read_text=lambda file, o=o: o) for o in there]
    monkeypatch.setattr("importlib.metadata.distributions", found)
    ran = []
    code = re.sub("%pip (.*)", lambda m: f"ran.append({m[1]!r})", install_cell(cfg))
    exec(code, dict(ran=ran))
    out = capsys.readouterr().out
    assert out.startswith(said) and bool(out) == bool(said)
    assert len(ran) == wanted and all("lib" in o for o in ran)
    if ran: assert ran[0].startswith("uninstall") and ran[1].endswith('git+https://git/lib@this"')


def test_colab_is_only_for_github():
    cfg = SimpleNamespace(git_url="https://github.com/me/it", branch="main")
    assert in_colab("a/b.ipynb", cfg) == [
        "https://colab.research.google.com/github/me/it/blob/main/a/b.ipynb"]
    assert in_colab("a/b.ipynb", SimpleNamespace(git_url="https://git.example/me/it")) == []


def test_the_table_of_studies(site):
    "What each takes and asks of a reader, from its own box"
    text = (site/"studies/index.html").read_text()
    rows = re.findall(r"<tr.*?</tr>", text.partition("<tbody>")[2].partition("</tbody>")[0], re.S)
    cells = [[re.sub("<[^>]+>", "", o).strip() for o in re.findall("<td>(.*?)</td>", row, re.S)]
        for row in rows]
    assert len(cells) == len([*(ROOT/"nbs/studies").glob("*.ipynb")])
    for _, question, level, needs, minutes, _, n in cells:
        assert question.endswith("?") and 5 < len(needs) < 90
        assert level in ("beginner", "intermediate", "advanced")
        assert re.fullmatch(r"\d+ to \d+", minutes)
        count, total = map(int, re.fullmatch(r"(\d+), (\d+) more", n).groups())
        assert 1 < count < 10 and total >= 10*count


def test_no_addresses_in_memory(site):
    # they differ from build to build
    assert not [o.name for o in site.rglob("*.html") if re.search(r" at 0x[0-9a-f]", o.read_text())]


def test_formulas_have_their_own_paragraph(site):
    "Display maths right after a line of text comes out inline, between two dollar signs"
    for path in site.rglob("*.html"):
        assert not re.search(r"\$<math|</math>\$", path.read_text()), path


def test_links_come_out_as_links(site):
    "A name in backticks within a link once left the brackets of the outer one in the page"
    for path in site.rglob("*.html"):
        prose = re.sub(r"<pre.*?</pre>", "", path.read_text(), flags=re.S)
        assert not re.search(r"\]\([\w/.#-]+\)", prose), path


def test_no_page_is_long_to_load(site):
    "Without its pictures, which are files of their own"
    sizes = {o.relative_to(site).as_posix(): o.stat().st_size for o in site.rglob("*.html")}
    assert {k: v for k, v in sizes.items() if v > 500_000} == {} and len(sizes) > 200


def test_parts_of_a_fault_page():
    "What the list shows of a fault is taken apart as it was put together"
    parts = dict(wrong="Wrong", torch="In plain PyTorch", looks="How it looks",
        mistaken="Not to be mistaken for", source="Met in")
    of_each = told(read_nb(ROOT/"nbs"/NOTEBOOK))
    def letters(text): return re.sub(r"```\w*|\s", "", text)[1:]
    assert [*of_each] == [*FAULTS]
    for slug, text in of_each.items():
        meaning, found = parts_of(text)
        assert meaning[1:] == FAULTS[slug][0][1:] + "."
        assert letters(FAULTS[slug][1]) in letters(found["Instead"])
        assert found.keys() - {"Symptoms", "Instead"} == {
            v for k, v in parts.items() if k in ALL[slug]}, slug


def test_every_fault_has_a_page_and_a_line_in_the_list(site):
    "Reports link to the page; those of earlier versions to the line, which leads there"
    rows = dict(re.findall(r'<span id="([\w-]+)"></span><a class="reference internal" href="(.*?)"',
        (site/"doctor/faults.html").read_text()))
    assert rows == {slug: f"faults/{slug}.html" for slug in FAULTS}
    assert {o.stem for o in (site/"doctor/faults").glob("*.html")} == {*FAULTS}
    for slug, (says, _) in FAULTS.items():
        text = (site/doc_address(slug).removeprefix(settings(ROOT)["doc_url"])).read_text()
        description = unescape(re.search(r'<meta name="description" content="(.*?)"', text)[1])
        assert re.sub(r"\W", "", says)[1:] in re.sub(r"\W", "", description), slug
        assert re.search(rf"<title>[^<]+ \({slug}\)", text)
        # in the navigation the list is where one stands
        assert re.search(r'<a class="current reference internal" href="../faults.html">', text)
        assert (site/f"doctor/faults/{slug}.html.md").read_text().startswith("# ")


def test_faults_are_linked_by_their_pages(site):
    "In pages, their Markdown, and notebooks that are taken away"
    url, links = settings(ROOT)["doc_url"], []
    for path in (*site.rglob("*.html"), *site.rglob("*.md"), *site.rglob("_downloads/**/*.ipynb")):
        found = re.findall(r"faults\.(?:html|ipynb)#([\w-]+)", path.read_text())
        links += [(path.name, o) for o in found if o in FAULTS]
    assert not links and f"{url}doctor/faults/" in (ROOT/"README.md").read_text()


def test_published_anchors(site):
    "Addresses that module docstrings, README and other projects' documentation use"
    losses = Links((site/"losses/core.html").read_text()).anchors
    assert {"mnist_loss", "loss.costs", "mnist_losses.losses.Loss.costs"} <= losses

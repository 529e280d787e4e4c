"The files of the figures, linked where they are shown, and all of them together"
import os
import re
from html import unescape
from pathlib import Path
from zipfile import ZipFile

import nbformat
from PIL import Image

from tools.figures import caption, numbered
from tools.pages import page
from tools.thumbnails import panels_of, write_archive

ROOT = Path(__file__).parents[1]


def test_a_caption_is_shown_once(site):
    # figures of several studies may have a part 1a
    for path in {*site.rglob("*.html")} - {site/"studies/figures.html"}:
        captions = re.findall("<figcaption>(.*?)</figcaption>", path.read_text(), re.S)
        assert len(captions) == len({re.sub("<[^>]+>", "", o).strip() for o in captions}), path


def test_a_figure_can_be_taken_away(site):
    "Each numbered picture has a link to its file, under a name that says which it is"
    for path in {*(site/"studies").glob("*.html")} - {site/"studies/figures.html"}:
        text = path.read_text()
        drawn = re.findall(r'class="caption-text">(Figure \d+)', text)
        saved = [b or a for a, b in re.findall(
            r'class="save" href="\.\./\w+/(\S*?\.png)" download(?:="(.*?)")?', text)]
        assert [Path(o).name for o in saved] == [
            f"{path.stem}_{o.lower().replace(' ', '_')}.png" for o in drawn], path
        other = path.stem in ("index", "teaching", "answers")
        assert other or (drawn and "Cite this study" in text), path
        slides = re.findall(r'class="save" href="(\.\./_static/figures/.*?\.svg)" download', text)
        assert [Path(o).stem for o in slides] == [Path(o).stem for o in saved], path
    kept = {o.name for o in (ROOT/"docs/_static/figures").iterdir()}
    linked = {Path(o).name for path in (site/"studies").glob("*.html")
        for o in re.findall(r'href="\.\./_static/figures/(.*?\.svg)"', path.read_text())}
    assert kept < linked <= {o.name for o in (site/"_static/figures").iterdir()}


def test_captions_by_number():
    "Each whole, as plain text"
    caps = "Figure 1. See [`a`](b.ipynb), of 0.5. More.", "Figure 2. Why? `B` says.", "No number."
    cells = [nbformat.v4.new_code_cell(f"#| fig-cap: {o}\nx") for o in caps]
    found = numbered(nbformat.v4.new_notebook(cells=cells))
    assert {n: caption(o) for n, o in found.items()} == {
        "1": "See a, of 0.5. More.", "2": "Why? B says."}
    for path in (ROOT/"nbs/studies").glob("*.ipynb"):
        nb = nbformat.read(path, 4)
        text = "\n".join(o.source for o in nb.cells)
        assert [*numbered(nb)] == re.findall(r"^#\| fig-cap: Figure (\d+)", text, re.M), path.name


def test_the_page_of_all_figures(site):
    "Each file with the caption of its figure; the archive has just these, and the captions"
    text = (site/"studies/figures.html").read_text()
    shown = re.findall(r'<img(?: class="photo")? src="\.\./_static/figures/(\S+)\.svg"', text)
    says = [unescape(o) for o in re.findall(r"<figcaption>(.*?) <a", text)]
    wanted = {f"{page(path.name)}_figure_{n}": caption(o)
        for path in (ROOT/"nbs/studies").glob("*.ipynb")
        for n, o in numbered(nbformat.read(path, 4)).items()}
    parts = set()
    turned = {"calibration_figure_4", "rare_classes_figure_2", "two_digits_figure_3"}
    for stem, said in zip(shown, says):
        want = wanted[whole := stem.rstrip("abcd")]
        if whole in turned: want = want.replace("(above)", "(left)").replace("(below)", "(right)")
        if whole == "frozen_accuracy_figure_2":
            want = want.replace("Above:", "Left:").replace("Below:", "Right:")
        if stem != whole:       # a part: its own panels first
            titles = panels_of((site/f"_static/figures/{stem}.svg").read_text())
            want = f"Panels of Figure {whole.rpartition('_')[2]}: {titles}."
            assert titles and (whole, titles) not in parts, stem
            parts.add((whole, titles))
        assert said.partition(". ")[2] == want, stem
    assert {o.rstrip("abcd") for o in shown} == {*wanted}
    assert [o.rpartition("_")[2] for o in shown] == [
        re.match(r"Figure (\w+)\.", o)[1] for o in says]
    dark = {*re.findall(r'href="\.\./_static/figures/(\S+_dark\.(?:svg|png))"', text)}
    with ZipFile(site/"_static/mnist_losses_figures.zip") as archive:
        assert {*archive.namelist()} == {"captions.txt",
            *(f"{o}.{kind}" for o in shown for kind in ("svg", "png")), *dark}
        assert 2*len(shown) > len(dark) > len(shown)
        captions = archive.read("captions.txt").decode()
        assert all(f"  {a}: {b}\n" in captions for a, b in zip(shown, says))
        assert re.match(r"Licence: Apache-2.0\nSource: https://\S+\nCommit: \w{40}\n", captions)
        for o in archive.namelist():
            if o.endswith(".png"):
                assert 1918 < Image.open(archive.open(o)).width < 1922, o


def test_the_archive_of_one_site_is_one_file(tmp_path):
    "Whenever it is built"
    (folder := tmp_path/"figures").mkdir()
    for o in (figure := folder/"study_1.svg"), (says := tmp_path/"said.txt"): o.write_text(o.name)
    write_archive(folder, says, first := tmp_path/"1.zip")
    os.utime(figure, (1e9, 1e9))
    write_archive(folder, says, second := tmp_path/"2.zip")
    assert first.read_bytes() == second.read_bytes()
    with ZipFile(first) as o: assert o.read("captions.txt") == b"said.txt"

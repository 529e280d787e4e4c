"The files of the figures: as a slide wants them, and linked where they are shown"
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def test_a_figure_for_slides(tmp_path):
    "Panels on top of each other come beside each other, in a copy, the same bytes each time"
    import matplotlib.pyplot as plt

    from tools.figures import save_svg
    fig, axs = plt.subplots(2, 1, figsize=(4, 6), sharex=True)
    axs[1].set_xlabel("epochs")
    path, before = tmp_path/"new/a.svg", plt.get_fignums()
    save_svg(fig, path)
    first = path.read_text()
    save_svg(fig, path)
    width, height = map(float, re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', first).groups())
    assert path.read_text() == first and "<dc:date>" not in first
    assert 1.6 < width/height < 1.9 and first.count(">epochs</text>") == 2
    assert [*fig.get_size_inches()] == [4, 6] and plt.get_fignums() == before
    plt.close(fig)


@pytest.mark.parametrize("where, rect",
    [("lower center", (0, .2, 1, 1)), ("upper center", (0, 0, 1, .8))])
def test_a_legend_of_all_panels_covers_none_of_them(where, rect):
    import matplotlib.pyplot as plt

    from tools.figures import landscape
    fig, axs = plt.subplots(2, 1, figsize=(4, 6), sharex=True)
    axs[1].set_xlabel("epochs")
    fig.legend(handles=[axs[0].plot([0, 1], label=o)[0] for o in "abc"], loc=where)
    fig.tight_layout(rect=rect)
    landscape(fig)
    legend = fig.legends[0].get_window_extent()
    assert not any(legend.overlaps(o.get_tightbbox()) for o in axs)
    plt.close(fig)


def test_a_caption_is_shown_once(site):
    for path in site.rglob("*.html"):
        captions = re.findall("<figcaption>(.*?)</figcaption>", path.read_text(), re.S)
        assert len(captions) == len({re.sub("<[^>]+>", "", o).strip() for o in captions}), path


def test_a_figure_can_be_taken_away(site):
    "Each numbered picture has a link to its file, under a name that says which it is"
    for path in (site/"studies").glob("*.html"):
        text = path.read_text()
        drawn = re.findall(r'class="caption-text">(Figure \d+)', text)
        saved = [b or a for a, b in re.findall(
            r'class="save" href="\.\./\w+/(\S*?\.png)" download(?:="(.*?)")?', text)]
        assert [Path(o).name for o in saved] == [
            f"{path.stem}_{o.lower().replace(' ', '_')}.png" for o in drawn], path
        other = path.stem in ("index", "teaching")
        assert other or (drawn and "Cite this study" in text), path
        slides = re.findall(r'class="save" href="(\.\./_static/figures/.*?\.svg)" download', text)
        assert [Path(o).stem for o in slides] == [Path(o).stem for o in saved], path
    kept = {o.name for o in (ROOT/"docs/_static/figures").iterdir()}
    linked = {Path(o).name for path in (site/"studies").glob("*.html")
        for o in re.findall(r'href="\.\./_static/figures/(.*?\.svg)"', path.read_text())}
    stills = {o.with_suffix(".svg").name for o in (site/"_static/figures").glob("*.png")}
    assert stills and kept == linked-stills     # none of a figure that is gone

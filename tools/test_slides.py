"Figures as a slide wants them"
import re

import matplotlib.pyplot as plt
import pytest

from tools.slides import landscape, save_svg
from tools.thumbnails import dark, panels_of


def test_a_figure_for_slides(tmp_path):
    "Panels on top of each other come beside each other, in a copy, the same bytes each time"
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
    fig, axs = plt.subplots(2, 1, figsize=(4, 6), sharex=True)
    axs[1].set_xlabel("epochs")
    fig.legend(handles=[axs[0].plot([0, 1], label=o)[0] for o in "abc"], loc=where)
    fig.tight_layout(rect=rect)
    landscape(fig)
    legend = fig.legends[0].get_window_extent()
    assert not any(legend.overlaps(o.get_tightbbox()) for o in axs)
    plt.close(fig)


def test_many_panels_come_three_at_a_time(tmp_path):
    "Each of them once, with the labels and the legend of all, beside each other"
    fig, axs = plt.subplots(4, 2, figsize=(4, 9), sharex=True, sharey=True)
    for i, ax in enumerate(axs.flat[:7]): ax.plot([0, 1], label="line")[0].axes.set_title(f"no {i}")
    axs[3, 0].set_xlabel("epochs")
    fig.supylabel("share")
    axs[3, 1].set_axis_off()
    axs[3, 1].legend(handles=axs[0, 0].lines)
    save_svg(fig, tmp_path/"fig.svg")
    plt.close(fig)
    parts = [o.read_text() for o in sorted(tmp_path.glob("fig?.svg"))]
    titles = [re.findall(r">(no \d)</text>", o) for o in parts]
    assert titles == [["no 0", "no 1"], ["no 2", "no 3"], ["no 4", "no 5", "no 6"]]
    for o, shown in zip(parts, titles):
        assert panels_of(o) == "; ".join(shown)
        assert o.count(">epochs</text>") == len(shown)
        assert o.count(">share</text>") == o.count(">line</text>") == 1
        width, height = map(float, re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', o).groups())
        assert 1.6 < width/height < 1.95


@pytest.mark.parametrize("rows, kind", [(2, "plot"), (3, "imshow")])
def test_few_panels_and_images_stay_together(tmp_path, rows, kind):
    fig, axs = plt.subplots(rows, 2)
    for ax in axs.flat: getattr(ax, kind)([[0, 1], [1, 0]])
    save_svg(fig, tmp_path/"fig.svg")
    plt.close(fig)
    assert [o.name for o in tmp_path.iterdir()] == ["fig.svg"]


def test_a_figure_for_dark_slides():
    "The ground nearly black, text white, hues as they were; names stay; none with an image"
    svg = ('<svg width="9pt"><path style="fill: #ffffff"/><path style="stroke: #0072b2; x"/>'
        '<text style="font: 9px">a</text><text fill="black">b</text>'
        '<use xlink:href="#m0072b2aaa"/></svg>')
    found = dark(svg)
    assert re.findall("(?:fill|stroke)(?:: |=.)(#[0-9a-f]{6})", found) == [
        "#ffffff", "#121212", "#59c3ff", "#ffffff"]
    assert "#m0072b2aaa" in found and dark(svg.replace("<use", "<image")) == ""

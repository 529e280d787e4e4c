"The numbered figures of a study: as files for slides, and links to these on its page"
import json
import pickle
import re

from tools.pages import page


def figure_file(path, number):
    "Where `tools.outputs` keeps a figure of the study at `path` as SVG"
    return f"docs/_static/figures/{page(path.name)}_figure_{number}.svg"


def landscape(fig):
    "The panels of a figure that is taller than wide beside each other, as on a slide of 16:9"
    from matplotlib.gridspec import GridSpec
    w,h = fig.get_size_inches()
    if h<.8*w: return
    grid = fig.axes[0].get_gridspec()
    stacked = grid.nrows>grid.ncols
    # maps, whose axes have one scale, would only become smaller
    if not stacked and fig.axes[0].get_aspect()!="auto": return
    side = (w*h/16/9)**.5
    fig.set_size_inches(16*side, 9*side)
    if stacked:
        label = fig.axes[-1].get_xlabel()
        for ax,at in zip(fig.axes, GridSpec(grid.ncols, grid.nrows, figure=fig)):
            ax.set_subplotspec(at)
            ax.tick_params(labelbottom=True, labelleft=True)    # panels that shared an axis
            ax.set_xlabel(ax.get_xlabel() or label)
    # a legend of the whole figure keeps its place, below all panels or above them
    boxes = [o.get_window_extent().transformed(fig.transFigure.inverted()) for o in fig.legends]
    low = max((o.height for o in boxes if o.y0<.5), default=0)
    fig.tight_layout(rect=(0, low, 1, 1-max((o.height for o in boxes if o.y0>=.5), default=0)))


def save_svg(fig, path):
    "A copy of `fig` as SVG, the same bytes each time; the figure itself is not drawn"
    import matplotlib.pyplot as plt
    fig = pickle.loads(pickle.dumps(fig))
    landscape(fig)
    path.parent.mkdir(exist_ok=True)
    # letters stay letters: on a slide they can be enlarged and translated
    with plt.rc_context({"svg.hashsalt": path.stem, "svg.fonttype": "none"}):
        fig.savefig(path, bbox_inches="tight", metadata={"Date": None})
    plt.close(fig)      # else it would be shown below the cell


FIGURE = re.compile(r'(<figure [^>]*>\s*<img [^>]*src="([^"]*)"[^>]*>\s*<figcaption>'
    r'\s*<p><span class="caption-text">(Figure \d+)[^\n]*?</span>(?=<a class="headerlink"))')
VEGA_LITE = "5.21"      # of docs/conf.py's Vega
INTERACTIVE = re.compile(r'(<div class="vega"></div><script type="application/json">(.*?)</script>'
    r'(?:\s*</div>)*\s*<figcaption>\s*<p><span class="caption-text">(Figure \d+)[^\n]*?</span>'
    r'(?=<a class="headerlink"))')


def figure_name(name, figure):
    "What a file is called that has a figure of the page `name`"
    return f'{name.rpartition("/")[2]}_{figure.lower().replace(" ", "_")}'


def add_downloads(html, name, docs):
    "Beside each numbered picture its file, under a name that says what it is"
    def add(m):
        stem = figure_name(name, m[3])
        links = f'{m[1]} <a class="save" href="{m[2]}" download="{stem}.png">PNG</a>'
        svg = f"_static/figures/{stem}.svg"
        if not (docs/svg).exists(): return links        # `make outputs` has not run it yet
        return f'{links} <a class="save" href="../{svg}" download>SVG</a>'
    return FIGURE.sub(add, html)


def add_stills(html, name, to):
    "Beside each numbered figure with sliders a picture of how it begins, written to `to`"
    import vl_convert
    def add(m):
        stem, spec = figure_name(name, m[3]), json.loads(m[2])
        svg = vl_convert.vegalite_to_svg(spec, VEGA_LITE)
        (to/f"{stem}.svg").write_text(svg, encoding="utf-8")
        (to/f"{stem}.png").write_bytes(vl_convert.vegalite_to_png(spec, VEGA_LITE, scale=3))
        return m[1] + "".join(f' <a class="save" href="../_static/figures/{stem}.{o.lower()}" '
            f'download>{o}</a>' for o in ("PNG", "SVG"))
    return INTERACTIVE.sub(add, html)

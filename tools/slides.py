"The numbered figures of a study as files for slides, which `tools.outputs` saves"
import pickle
from functools import partial
from string import ascii_lowercase

from tools.pages import page

MANY = 4                # panels at most that a slide shows as they are; of more, three at a time
SLIDE = 7.2, 4.05       # inches, 16:9


def figure_file(path, number):
    "Where `tools.outputs` keeps a figure of the study at `path` as SVG"
    return f"docs/_static/figures/{page(path.name)}_figure_{number}.svg"


def landscape(fig):
    "The panels of a figure that is too tall for a slide of 16:9 beside each other"
    from matplotlib.gridspec import GridSpec
    w,h = fig.get_size_inches()
    if h<.6*w: return
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
    fit(fig)


def fit(fig):
    "Lay out the panels; a legend of the whole figure keeps its place, below all or above them"
    boxes = [o.get_window_extent().transformed(fig.transFigure.inverted()) for o in fig.legends]
    low = max((o.height for o in boxes if o.y0<.5), default=0)
    fig.tight_layout(rect=(0, low, 1, 1-max((o.height for o in boxes if o.y0>=.5), default=0)))


def slides(fig):
    "Which panels of a figure with many share a slide; images and maps are seen together"
    panels = [i for i,ax in enumerate(fig.axes) if ax.axison and not hasattr(ax, "_colorbar")]
    if len(panels)<=MANY or fig.axes[0].get_aspect()!="auto": return []
    n = -(-len(panels)//3)
    return [panels[len(panels)*i//n:len(panels)*(i+1)//n] for i in range(n)]


def keep_panels(fig, kept):
    "Only some panels of a figure, beside each other"
    from matplotlib.gridspec import GridSpec
    if len(one := [o.get_legend() for o in fig.axes if o.get_legend()])==1:     # of all panels
        fig.legend(handles=one[0].legend_handles, loc="upper center", ncols=3, frameon=False)
        one[0].remove()
    x,y = (next(filter(None, o), "") for o in zip(*((o.get_xlabel(), o.get_ylabel())
        for o in fig.axes)))
    for i,ax in enumerate(fig.axes):
        if i not in kept: ax.remove()
    fig.set_size_inches(SLIDE)
    for ax,at in zip(fig.axes, GridSpec(1, len(kept), figure=fig)):
        ax.set_subplotspec(at)
        ax.tick_params(labelbottom=True, labelleft=True)
        ax.set(xlabel=ax.get_xlabel() or x, ylabel=ax.get_ylabel() or y)
    fit(fig)


def save_svg(fig, path):
    "`fig` as SVG, and with many panels these too, in files of a, b, ...; it is not drawn itself"
    import matplotlib.pyplot as plt
    path.parent.mkdir(exist_ok=True)
    copied = pickle.dumps(fig)

    def save(lay_out, to, **about):
        fig = pickle.loads(copied)
        lay_out(fig)
        # letters stay letters: on a slide they can be enlarged and translated; same bytes each time
        with plt.rc_context({"svg.hashsalt": to.stem, "svg.fonttype": "none"}):
            fig.savefig(to, bbox_inches="tight", metadata={"Date": None, **about})
        plt.close(fig)      # else it would be shown below the cell
    save(landscape, path)
    for letter,panels in zip(ascii_lowercase, slides(fig)):
        titles = "; ".join(fig.axes[i].get_title().replace("\n", " ") for i in panels)
        part = path.with_name(f"{path.stem}{letter}.svg")
        save(partial(keep_panels, kept=panels), part, Title=titles)

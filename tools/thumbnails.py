"The page of all figures of the studies, to pick from, and the archive that it offers"
import re
from colorsys import hls_to_rgb, rgb_to_hls
from concurrent.futures import ProcessPoolExecutor
from html import escape, unescape
from multiprocessing import get_context
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from fastcore.nbio import read_nb

from tools.citation import own_citation
from tools.figures import PNG_WIDTH, caption, figure_name, numbered
from tools.metadata import settings
from tools.pages import commit, title_and_lead
from tools.slides import MANY

ARCHIVE = "mnist_losses_figures.zip"
DARK = "_dark"      # what the name of a figure for dark slides ends with


def files_of(name, n, cfg):
    "The names of the files of figure `n` of the page `name`: of all of it, and of its parts"
    stem, kept = figure_name(name, f"Figure {n}"), cfg.config_path/"docs/_static/figures"
    return [stem, *sorted(o.stem for o in kept.glob(f"{stem}[a-z].svg"))]


def in_a_row(svg):
    "Whether all panels of a figure stand beside each other: from the corners of their frames"
    tops = re.findall(r'<g id="axes_\d+">\s*<g id="patch_\d+">\s*<path d="M \S+ (\S+)', svg)
    return len({*tops}) == 1 < len(tops)


def panels_of(svg):
    "The titles of the panels of a part, which `tools.slides` puts into its file; None of a whole"
    title = re.search(r"<title>(.*?)</title>", svg)
    return title and unescape(title[1])


def caption_of(stem, source, cfg):
    """The caption of a file, with left and right where the study has above, below; of a part its
    panels"""
    path, n = cfg.config_path/f"docs/_static/figures/{stem}.svg", stem.rpartition("_")[2]
    says = f"Figure {n}. {caption(source)}"
    if not path.exists(): return says       # one with sliders is drawn with the page
    svg = path.read_text(encoding="utf-8")
    if panels := panels_of(svg):
        return f"Figure {n}. Panels of Figure {n[:-1]}: {panels}."
    if not in_a_row(svg): return says
    for where, side in ("(above)", "(left)"), ("(below)", "(right)"), ("Above:", "Left:"), \
            ("Below:", "Right:"):
        says = says.replace(where, side)
    return says


def thumbnail(stem, source, cfg):
    "A figure, or a part of one, to look at, with links to its files"
    at, part = f"../_static/figures/{stem}", stem.rpartition("_")[2]
    says = caption_of(stem, source, cfg)
    alt = re.search(r"^#\| fig-alt: (.*)", source, re.M)[1] if part.isdigit() else says
    photo = ' class="photo"' * ("#| fig-photo: true" in source)
    kept = cfg.config_path/f"docs/_static/figures/{stem}.svg"      # not of one with sliders
    grounds = ("", DARK)[:1 + (not kept.exists() or dark(kept.read_text(encoding="utf-8")) != "")]
    links = " ".join(f'<a class="save" href="{at}{ground}.{o}" download>{o.upper()}'
        f'{" dark"*bool(ground)}</a>' for ground in grounds for o in ("svg", "png"))
    return f'''<figure><a href="{at}.svg"><img{photo} src="{at}.svg" alt="{escape(alt)}" \
loading="lazy"></a>
<figcaption>{escape(says)} {links}</figcaption></figure>'''


def credit(cfg):
    "Under which licence figures may be shown, what to write below them, and whose digits they are"
    return [f"**Licence:** [{settings(cfg.config_path)['license']}](/about.ipynb#licence): show "
        "and change them, and say where they come from. Below a figure, for instance:", "",
        "```text", f"Figure: {cfg.lib_name}, {cfg.doc_url.removeprefix('https://').rstrip('/')}, "
        f"{settings(cfg.config_path)['license']}", "```", "",
        f"In a list of sources: {own_citation(cfg).partition(chr(10))[0]} To cite one study, see "
        "its end.", "",
        "**The digits** in some figures are not ours. They are images of MNIST, or those of "
        "scikit-learn. MNIST was made by Yann LeCun, Corinna Cortes and Christopher Burges from "
        "images of NIST. We know no licence from its makers: [Keras]"
        "(https://keras.io/api/datasets/mnist/) says that LeCun and Cortes hold the copyright, "
        "under CC BY-SA 3.0, and [Hugging Face](https://huggingface.co/datasets/mnist) says MIT. "
        "So name MNIST and its makers below a figure that shows digits.", ""]


def figures_page(studies, cfg):
    "The page of all figures: `studies` is the path of each by its page"
    text = ["# Figures for slides", "", "{.lead}",
        "Every numbered figure of the studies, to pick from and to take away", "",
        f'**All at once:** <a href="../_static/{ARCHIVE}" download>{ARCHIVE}</a>, as SVG and PNG, '
        "with their captions. In SVG letters are text, to enlarge or to translate; PNG, "
        f"{PNG_WIDTH} pixels wide, is for programs that take no SVG. Each is there for light "
        "slides and, but for images and maps of colour, for dark ones.", "",
        *credit(cfg),
        "Where a figure is too tall for a slide of 16:9, panels that stand on top of each other "
        "in its study stand beside each other here, and its caption says left and right where the "
        f"study says above and below. A figure of more than {MANY} panels is here in parts as "
        "well (*a*, *b*, ...), of three at most, with their names. "
        "Images and maps keep their shape. A figure "
        "with sliders is saved as it begins; live, the address of [the explorer]"
        "(/losses/explore.ipynb) keeps what is set.", ""]
    for i,(name,path) in enumerate(studies.items(), 1):
        nb = read_nb(path)
        text += [f"(figures-{name.rpartition('/')[2]})=",
            f"## {i}. [{title_and_lead(nb)[0]}](/{name}.ipynb)", "", '<div class="thumbnails">',
            *(thumbnail(o, source, cfg) for n,source in numbered(nb).items()
                for o in files_of(name, n, cfg)), "</div>", ""]
    return "\n".join(text)


def captions_file(studies, cfg):
    "What the archive says of its figures"
    at = commit(cfg.config_path)[1:]
    text = [f"Licence: {settings(cfg.config_path)['license']}", f"Source: {cfg.git_url}",
        *[f"Commit: {at}"]*bool(at), f"For dark slides: the files that end with {DARK}", ""]
    for name,path in studies.items():
        nb = read_nb(path)
        text += [f"{title_and_lead(nb)[0]}: {cfg.doc_url}{name}.html",
            *(f"  {stem}: {caption_of(stem, o, cfg)}" for n,o in numbered(nb).items()
                for stem in files_of(name, n, cfg)), ""]
    return "\n".join([*text, own_citation(cfg).partition("\n")[0], ""])


def dark(svg):
    """A figure for dark slides: each colour as light as it was dark, and the ground nearly black;
    "" if it has images, which would be turned over"""
    if "<image " in svg: return ""
    def turned(m):
        h, light, s = rgb_to_hls(*(int(m[1][i:i+2], 16)/255 for i in (0, 2, 4)))
        rgb = hls_to_rgb(h, 1-.93*light, s)
        return "#" + "".join(f"{round(255*o):02x}" for o in rgb)
    # not the names of marks, which have more letters
    svg = re.sub(r"#([0-9a-fA-F]{6})(?=[;\"])", turned, svg.replace('"white"', '"#ffffff"')
        .replace('"black"', '"#000000"'))
    return svg.replace("<svg ", '<svg fill="#ffffff" ', 1)      # of what has no colour: text


def write_darks(folder):
    "Beside each SVG in `folder` one for dark slides"
    for path in [*folder.glob("*.svg")]:
        if path.stem.endswith(DARK): continue
        to, text = path.with_name(f"{path.stem}{DARK}.svg"), dark(path.read_text(encoding="utf-8"))
        if text and not (to.exists() and to.read_text(encoding="utf-8") == text):
            to.write_text(text, encoding="utf-8")


def write_png(path):
    "Beside an SVG a PNG"
    import matplotlib
    import vl_convert
    vl_convert.register_font_directory(f"{matplotlib.get_data_path()}/fonts/ttf")
    svg = path.read_text(encoding="utf-8")
    width, unit = re.search(r'width="([\d.]+)(pt)?"', svg).groups()     # a point: 4/3 pixels
    pixels = float(width)*(4/3 if unit else 1)
    path.with_suffix(".png").write_bytes(vl_convert.svg_to_png(svg, scale=PNG_WIDTH/pixels))


def write_pngs(folder):
    "Beside each SVG in `folder` a PNG, where none is there that is as new"
    def is_old(path):
        png = path.with_suffix(".png")
        return not png.exists() or png.stat().st_mtime < path.stat().st_mtime
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:      # threads are at work
        [*pool.map(write_png, filter(is_old, folder.glob("*.svg")))]


def write_archive(folder, captions, to):
    "All figures in `folder` and the file `captions` in one; without times, to be the same twice"
    with ZipFile(to, "w", ZIP_DEFLATED) as archive:
        for o in (captions, *sorted(folder.iterdir())):
            entry = ZipInfo("captions.txt" if o == captions else o.name)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, o.read_bytes(), ZIP_DEFLATED)

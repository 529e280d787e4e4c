"The numbered figures of a study: their captions, and beside each a link to its file"
import json
import re

FIGURE = re.compile(r'(<figure [^>]*>\s*<img [^>]*src="([^"]*)"[^>]*>\s*<figcaption>'
    r'\s*<p><span class="caption-text">(Figure \d+)[^\n]*?</span>(?=<a class="headerlink"))')
VEGA_LITE = "5.21"      # of docs/conf.py's Vega
PNG_WIDTH = 1920        # pixels
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
        scale = PNG_WIDTH/float(re.search(r'width="([\d.]+)"', svg)[1])
        (to/f"{stem}.png").write_bytes(vl_convert.vegalite_to_png(spec, VEGA_LITE, scale=scale))
        return m[1] + "".join(f' <a class="save" href="../_static/figures/{stem}.{o.lower()}" '
            f'download>{o}</a>' for o in ("PNG", "SVG"))
    return INTERACTIVE.sub(add, html)


def numbered(nb):
    "The code of each numbered figure of `nb`"
    found = ((re.search(r"^#\| fig-cap: Figure (\d+)\. ", o.source, re.M), o.source)
        for o in nb.cells if o.cell_type == "code")
    return {m[1]: source for m,source in found if m}


def caption(source):
    "A figure's caption without its number and markup"
    text = re.search(r"^#\| fig-cap: Figure \d+\. (.*)", source, re.M)[1]
    return re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", text).replace("`", "")

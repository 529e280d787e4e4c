"Sphinx configuration of the site; metadata comes from settings.ini, pages from tools/site.py"
import json
import re
import tomllib
from configparser import ConfigParser
from functools import cache
from hashlib import sha256
from pathlib import Path

import vl_convert
import ziamath
from docutils import nodes
from fontTools import subset
from latex2mathml.converter import convert
from pygments.formatters import HtmlFormatter
from sphinx.highlighting import PygmentsBridge

here = Path(__file__).parent
ini = ConfigParser(delimiters=["="], interpolation=None)
ini.read(here.parent/"settings.ini", encoding="utf-8")
cfg = ini["DEFAULT"]

project, author, release, html_baseurl = (cfg["lib_name"], cfg["author"], cfg["version"],
    cfg["doc_url"])
html_title = project
extensions = ["myst_nb", "sphinx_copybutton"]
language = "en"
smartquotes_action = "qD"               # three dots are code as often as not

html_theme = "shibuya"
html_theme_options = {
    "accent_color": "blue", "show_ai_links": False,
    "nav_links": [{"title": "GitHub", "url": cfg["git_url"]}]}
lock = sha256((here.parent/"requirements.lock").read_bytes()).hexdigest()[:12]
verified = json.loads((here/"verified.json").read_text())      # by `make verified`
html_context = {"verified": verified, "lock": lock, "git_url": cfg["git_url"],
    "license": cfg["license"]}
templates_path, html_static_path, html_css_files = ["_templates"], ["_static"], ["site.css"]
html_js_files = ["site.js"]
html_favicon = "_static/icon.svg"
html_copy_source = html_show_sourcelink = False

nb_execution_mode = "off"               # the outputs are the notebooks', which `make check` re-runs
nb_render_markdown_format = "myst"
nb_merge_streams = True
myst_heading_anchors = 4
myst_enable_extensions = ["alert", "amsmath", "attrs_block", "attrs_inline", "colon_fence",
    "deflist", "dollarmath"]
html_math_renderer = "mathml"           # browsers draw it: no script, no fonts
copybutton_selector = ("div.cell_input div.highlight > pre, div[class*=highlight-sh] pre, "
    "section > div.highlight-python pre")


# Letters and signs of formulas: Latin, Greek, mathematical italics, arrows, operators, brackets
MATH = [(0x20, 0x17f), (0x370, 0x3ff), (0x2010, 0x206f), (0x210e, 0x2113), (0x211d, 0x211d),
    (0x2190, 0x22ff), (0x2308, 0x230b), (0x27e8, 0x27eb), (0x1d434, 0x1d467), (0x1d6e2, 0x1d71b)]
VEGA = f"vega-{vl_convert.get_vega_version()}.js"


def draw_math(display):
    "Writes a formula as MathML"
    def visit(self, node):
        # as in TeX, some room between a logarithm and a letter
        self.body.append(re.sub(r"(?<!<msub>)(<mi>log</mi>)(?=<m(i|sub|sup|subsup)>)",
            r'\1<mspace width="0.17em"/>', convert(node.astext(), display=display)))
        raise nodes.SkipNode
    return visit, None


def add_vega(app, page, template, context, doctree):
    "Vega, from vl-convert's wheel, only where a figure needs it"
    if 'class="vega"' in context.get("body", ""):
        app.add_js_file(VEGA)
        app.add_js_file("figures.js")


def add_search(app, page, template, context, doctree):
    "After Sphinx's own searchtools.js, which the template has last"
    if page == "search": app.add_js_file("search.js", loading_method="defer")


FOLDED = "tests", "how-it-works"         # sections that no one searches for


def leave_out_of_search(app, doctree):
    "Folded code, tests and private parts are no answer to a search"
    for node in doctree.findall(nodes.container):
        if "tag_hide-input" in node["classes"]:
            for o in node.findall(nodes.container):
                if "cell_input" in o["classes"]: o["classes"].append("no-search")
    for node in doctree.findall(nodes.section):
        if set(node["ids"]) & set(FOLDED): node["classes"].append("no-search")


def forget_downloads(app, doctree):
    "A page need not be read again because the notebook to take away names another commit"
    depends = app.env.dependencies[app.env.current_document.docname]
    depends -= {o for o in depends if "downloads/" in str(o)}


def describe(app, page, template, context, doctree):
    "The line that a page begins with is what a search engine shows; its module is in its title"
    leads = doctree.findall(nodes.paragraph) if doctree else ()
    lead = next((o.astext() for o in leads if "lead" in o["classes"]), None)
    if lead: context["meta"] = {**(context.get("meta") or {}), "description": lead}
    if (here.parent/project/f"{page}.py").exists():
        context["title"] += f" ({project}.{page.replace('/', '.')})"


FAULTS = "doctor/faults"        # their list; the pages of faults are in a folder of this name


@cache
def order_of_faults():
    groups = tomllib.loads((here.parent/project/f"{FAULTS}.toml").read_text(encoding="utf-8"))
    return [f"{FAULTS}/{o}" for group in groups.values() for o in group]


@cache      # to make it takes longer than all else of such a page
def beside_list(builder, **kwargs): return builder._get_local_toctree(FAULTS, **kwargs)


def place_fault(app, page, template, context, doctree):
    "The page of a fault stands in the list, whose navigation is beside it, between its neighbours"
    if not page.startswith(f"{FAULTS}/"): return
    builder, pages = app.builder, order_of_faults()
    def link(name):
        title = builder.render_partial(app.env.titles[name])["title"]
        return {"link": builder.get_relative_uri(page, name), "title": title}
    def toctree(**kwargs):
        text = beside_list(builder, **kwargs).replace('href="#"', 'href="faults.html"')
        return re.sub(r'href="(?!https?:)', 'href="../', text)
    i = pages.index(page)
    before, after = pages[max(i-1, 0):i], pages[i+1:i+2]
    context["title"] += f" ({page.rpartition('/')[2]})"
    context |= {"toctree": toctree, "parents": [*map(link, ("doctor/index", FAULTS))],
        "prev": next(map(link, before), None), "next": next(map(link, after), None)}


class FewSpans(HtmlFormatter):
    "Most of a page of code were spans around names and brackets, to which no style gives a colour"
    def _get_css_classes(self, ttype):
        css = super()._get_css_classes(ttype)
        return "" if css in ("n", "p", "w") else css


PygmentsBridge.html_formatter = FewSpans


def write_vega(app):
    "The script is made, not kept"
    script = Path(app.outdir)/"_static"/VEGA
    script.parent.mkdir(parents=True, exist_ok=True)
    if script.exists(): return
    bundle = vl_convert.javascript_bundle(vl_version="5.21")
    # its names are its own: Sphinx has a _ too
    script.write_text(f"(() => {{{bundle}}})()", encoding="utf-8")


def write_font(app):
    "A browser without a font for mathematics sets subscripts on the line: it gets one"
    path = Path(app.outdir)/"_static/math.woff"
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists(): return
    options = subset.Options(flavor="woff", layout_features=["*"], recalc_timestamp=False)
    font = subset.load_font(Path(ziamath.__file__).parent/"fonts/STIXTwoMath-Regular.ttf", options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[o for first, last in MATH for o in range(first, last+1)])
    subsetter.subset(font)
    subset.save_font(font, path, options)


def setup(app):
    app.add_html_math_renderer("mathml", draw_math("inline"), draw_math("block"))
    app.connect("builder-inited", write_vega)
    app.connect("builder-inited", write_font)
    app.connect("html-page-context", add_vega)
    app.connect("html-page-context", add_search)
    app.connect("html-page-context", describe)
    app.connect("html-page-context", place_fault)
    app.connect("doctree-read", leave_out_of_search)
    app.connect("doctree-read", forget_downloads)

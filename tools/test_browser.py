"The site in a real browser: nothing fails, nothing is asked of the network, everything can be read"
import functools
import shutil
import threading
import tomllib
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import pytest

from mnist_losses.doctor.faults import FAULTS
from mnist_losses.doctor.findings import doc_address
from tools.metadata import settings

NAMES = "chromium", "chromium-browser", "google-chrome"
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
pytestmark = pytest.mark.skipif(not CHROMIUM,
    reason=f"no browser: none of {', '.join(NAMES)} is installed")
ROOT = Path(__file__).parents[1]
PAGES = sorted(str(o.relative_to(ROOT/"nbs")) for o in (ROOT/"nbs").rglob("*.ipynb")
    if ".ipynb_checkpoints" not in o.parts) + [
        f"studies/{o}.ipynb" for o in ("index", "teaching", "answers", "figures")] + [
        f"doctor/faults/{o}.ipynb" for o in ("double-softmax", "wrong-n-out", "stale-optimizer",
            "metric-batch-mean-average", "train-not-shuffled")]
DESK, PHONE = {"width": 1400, "height": 900}, {"width": 390, "height": 844}
SCHEMES = "light", "dark"
RULES = ["image-alt", "link-name", "button-name", "label", "scrollable-region-focusable",
    "landmark-no-duplicate-main"]                               # of axe-core, with color-contrast
# What a window cuts: code, outputs but for the tables of commands, and names in the contents
CUT = """() => [...document.querySelectorAll(
    "div.cell_input pre, div[class*=highlight] > div.highlight > pre, .sy-rside a")]
    .filter(o => o.checkVisibility() && !o.closest("section[id^=mnist-losses-] .cell_output"))
    .filter(o => o.scrollWidth > o.clientWidth + 1)
    .map(o => o.innerText)"""
# Tables that go on where a phone's screen ends, and say nothing of it
SILENT = """async () => {
    await new Promise(o => requestAnimationFrame(() => setTimeout(o)));     // what was opened
    return [...document.querySelectorAll("table")].filter(o => o.checkVisibility())
        .map(o => o.closest("table.docutils") || o.closest(".cell_output"))
        .filter(o => o && o.scrollWidth > o.clientWidth + 1)
        .filter(o => getComputedStyle(o, "::before").content == "none")
        .map(o => o.innerText.slice(0, 80));
}"""
# Pictures without words for those who cannot see them
UNNAMED = """() => [
    ...[...document.querySelectorAll("div.cell_output img")].map(o => o.alt),
    ...[...document.querySelectorAll(".vega")].map(o => o.parentElement.ariaLabel || "")]
    .filter(o => o.split(" ").length < 3)"""
# As wide as their place, also when that has changed
DRAWN = """() => [...document.querySelectorAll("div.vega")].every(
    o => o.querySelector("svg") && o.room == o.clientWidth)"""
# All that is folded is opened, and the drawers of a phone's page do not slide away; then the
# number of titles, and the width of all
OPEN = """() => {
    const style = document.createElement("style");
    style.textContent = "* { transition: none !important; animation: none !important; }";
    document.head.append(style);
    document.querySelectorAll("details").forEach(o => o.open = true);
    return [document.querySelectorAll("h1").length, document.documentElement.scrollWidth];
}"""
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"]


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args): pass

    def translate_path(self, path):
        "axe-core, half a megabyte, is a file as well: read once for all pages"
        from axe_playwright_python.base import AXE_FILE_PATH
        return str(AXE_FILE_PATH) if path == "/axe.js" else super().translate_path(path)


@pytest.fixture(scope="module")
def address(site):
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@pytest.fixture(scope="module")
def chromium():
    from playwright.sync_api import sync_playwright
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def watched(chromium):
    "A tab, and a list of what failed in it, and of requests that left the machine"
    context = chromium.new_context(viewport=DESK, color_scheme="light")
    tab, wrong = context.new_page(), []
    tab.on("console", lambda o: wrong.append(o.text) if o.type in ("error", "warning") else None)
    tab.on("pageerror", lambda o: wrong.append(str(o)))
    # a page that is left takes back what it has asked for
    tab.on("requestfailed", lambda o: None if o.failure == "net::ERR_ABORTED"
        else wrong.append(f"failed: {o.url}"))
    tab.on("response", lambda o: wrong.append(f"{o.status}: {o.url}") if o.status >= 400 else None)
    tab.on("request", lambda o: None if o.url.startswith(("http://127.0.0.1:", "data:", "blob:"))
        else wrong.append(f"outside: {o.url}"))
    yield tab, wrong
    context.close()


@pytest.fixture
def new_tab(chromium):
    "A tab that has read and kept nothing, in which nothing may have failed at the end"
    with watched(chromium) as (tab, wrong): yield tab
    assert not wrong


@pytest.fixture(scope="module")
def one_tab(chromium):
    with watched(chromium) as both: yield both
    assert not both[1]      # of the last page, once it had been left


@pytest.fixture
def tab(one_tab):
    "A tab for page after page, which has in its cache what all pages have; nothing may have failed"
    tab, wrong = one_tab
    tab.set_viewport_size(DESK)
    tab.emulate_media(color_scheme="light")
    yield tab
    said, wrong[:] = wrong[:], []
    assert not said


# The same colours and sizes on the same grounds have the same contrast: of all texts that look
# alike, which are thousands on each page, one is enough
MARK_LOOKS = """before => {
    const known = new Map();
    const grounds = o => {
        if (!o) return "";
        if (!known.has(o))
            known.set(o, getComputedStyle(o).backgroundColor + grounds(o.parentElement));
        return known.get(o);
    };
    const seen = new Set(before), found = new Set(), asked = new Set(), texts =
        document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT, n => n.data.trim() ? 1 : 3);
    let code, kinds = new Set();
    while (texts.nextNode()) {
        const o = texts.currentNode.parentElement, block = o.closest("pre");
        const kind = [o, o.parentElement].map(e => e.className + e.getAttribute("style")).join();
        if (asked.has(o)) continue;
        asked.add(o);
        if (block != code) [code, kinds] = [block, new Set()];
        if (block && kinds.has(kind)) continue;         // of one class in one block of code
        const s = getComputedStyle(o);
        const look = [s.color, s.fontSize, s.fontWeight, s.opacity, s.backgroundImage, grounds(o)]
            .join("|");
        // figures are measured as drawn
        kinds.add(kind);
        if (found.has(look) || !o.checkVisibility() || o.closest("svg")) continue;
        if (!seen.has(look)) o.setAttribute("data-look", "");
        found.add(look);
    }
    return [...found];
}"""
# axe-core's time grows with the page. Colours of code are looks, its spans are nothing else; and
# a figure has been looked at
LEAVE_SPANS = """() => {
    document.querySelectorAll("pre, code").forEach(o =>
        o.querySelector(":not(span), [data-look]") || o.replaceChildren(o.textContent));
    document.querySelectorAll("pre span:not([data-look])").forEach(
        o => o.querySelector("*") || o.replaceWith(...o.childNodes));
    document.querySelectorAll("svg.marks, math:not([display=block], :has([data-look]))").forEach(
        o => o.replaceChildren());
}"""
# What neither has such a text nor stands around one says nothing of contrast
LEAVE_LOOKS = """() => {
    const kept = new Set();
    for (let o of document.querySelectorAll("[data-look]"))
        for (; o; o = o.parentElement) kept.add(o);
    document.querySelectorAll("body :not(script, div.vega)").forEach(     // figures.js reads these
        o => kept.has(o) || o.isConnected && o.remove());
}"""


def visit(tab, address, notebook):
    from tools.pages import page
    tab.goto(address + page(notebook) + ".html", wait_until="load")
    tab.wait_for_function(DRAWN)


def contrast(tab, element):
    "Contrast of `element` as drawn, its lightest against its darkest hundredth (WCAG 2.1)"
    import io

    import numpy as np
    from PIL import Image
    rgb = np.asarray(Image.open(io.BytesIO(element.screenshot())).convert("RGB"))
    s = np.arange(256)/255
    linear = np.where(s <= .04045, s/12.92, ((s+.055)/1.055)**2.4)
    low, high = np.quantile(linear[rgb] @ [.2126, .7152, .0722], [.01, .99])
    return (high+.05)/(low+.05)


def violations(tab, context, rules):
    "What axe-core says of the parts of a page: rule, element, reason"
    if not tab.evaluate("!!window.axe"): tab.add_script_tag(url="/axe.js")
    options = {"runOnly": rules, "resultTypes": ["violations"]}
    found = tab.evaluate("([c, o]) => axe.run(c || document, o)", [context, options])
    return [(o["id"], n["html"], n["failureSummary"])
        for o in found["violations"] for n in o["nodes"]]


@pytest.fixture(scope="module")
def looks():
    "How the texts of earlier pages look, whose contrast is known"
    return set()


# Numbers, so that `-k losses` means the tests of the losses and not all pages with that word
@pytest.mark.parametrize("notebook", PAGES, ids=range(len(PAGES)))
def test_page(tab, address, looks, notebook):
    tab.set_viewport_size(PHONE)
    visit(tab, address, notebook)
    titles, width = tab.evaluate(OPEN)
    assert titles == 1
    assert width <= 390, f"{width} px of content on a phone's 390"
    assert tab.evaluate(SILENT) == []
    tab.set_viewport_size(DESK)
    tab.wait_for_function(DRAWN)
    assert tab.evaluate(CUT) == []
    assert tab.evaluate(UNNAMED) == []
    shown = set()
    for scheme in SCHEMES:
        tab.emulate_media(color_scheme=scheme)
        found = tab.evaluate(MARK_LOOKS, [*looks | shown])
        assert len(found) > 5
        shown |= {*found}
        for figure in tab.locator("div.cell_output img, div.vega svg.marks").all():
            assert contrast(tab, figure) > 4.5
    tab.evaluate(LEAVE_SPANS)
    assert not violations(tab, None, RULES)
    tab.evaluate(LEAVE_LOOKS)
    new = tab.locator("[data-look]").count()
    for scheme in SCHEMES[::-1] if new else ():         # the dark one is shown
        tab.emulate_media(color_scheme=scheme)
        assert not violations(tab, {"include": ["[data-look]"]}, ["color-contrast"]), scheme
    looks |= shown


@pytest.mark.parametrize("page", ["howto/01_does_not_learn.ipynb", "howto/02_choose_a_loss.ipynb",
    "howto/04_rare_classes.ipynb"])
def test_a_table_that_says_what_to_take_is_read_on_a_phone_without_scrolling(tab, address, page):
    visit(tab, address, page)
    tab.set_viewport_size({"width": 390, "height": 844})
    tables = ".table-wrapper table.docutils:has(th:has-text('write'))"
    cells = [o for table in tab.locator(tables).all() for o in table.locator("td").all()]
    assert len(cells) > 20 and all(o.bounding_box()["width"] > 300 for o in cells)
    by_share = tab.locator("#one-rare-class-by-its-share td").all()
    assert len(by_share)==15*("rare" in page)
    assert all(o.bounding_box()["width"] > 300 for o in by_share)


def test_a_message_that_a_search_finds_shows_what_to_write_on_a_phone(tab, address):
    tab.set_viewport_size(PHONE)
    tab.goto(address + "howto/does_not_learn.html#target-size", wait_until="load")
    box = tab.locator("tr:has(#target-size) td").last.bounding_box()
    assert 0 < box["y"] and box["y"] + box["height"] < PHONE["height"]
    assert 0 <= box["x"] and box["x"] + box["width"] <= PHONE["width"]


@pytest.mark.parametrize("width, height", [(1400, 900), (390, 800)])
def test_who_is_stuck_sees_symptoms_and_doctor_at_once(tab, address, width, height):
    tab.set_viewport_size({"width": width, "height": height})
    tab.goto(address + "howto/does_not_learn.html", wait_until="load")
    first = [tab.locator("p a", has_text="stuck at 0.5"), tab.locator("p a", has_text="NaN"),
        tab.locator("pre", has_text="import diagnose"), tab.locator(".doctor b", has_text="error:")]
    for o in first:
        box = o.first.bounding_box()
        assert box["y"] + box["height"] < height and box["x"] + box["width"] <= width, o


def test_what_a_fault_means_is_on_the_first_screen_of_a_phone(tab, address):
    "Where a report's link leads"
    tab.set_viewport_size(PHONE)
    site = settings(ROOT)["doc_url"]
    for slug in sorted(FAULTS, key=lambda o: -len(FAULTS[o][0]))[::9]:      # the longest and others
        tab.goto(doc_address(slug).replace(site, address), wait_until="domcontentloaded")
        box = tab.locator("p.lead").bounding_box()
        assert box["y"] + box["height"] < PHONE["height"]*.7, slug
        assert FAULTS[slug][0].split()[-1] in tab.locator("p.lead").inner_text()
        assert tab.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], slug


def test_a_training_with_a_fault_is_read_on_a_phone(tab, address):
    "Its panels stand below each other, with letters that can be read in both schemes"
    tab.set_viewport_size(PHONE)
    tab.goto(address + "doctor/faults/double-softmax.html", wait_until="load")
    losses, accuracy = (o.bounding_box() for o in tab.locator("figure.training svg").all())
    assert losses["y"] + losses["height"] <= accuracy["y"] and losses["width"] > 300
    text = tab.locator("figure.training text", has_text="validation").first
    assert text.bounding_box()["height"] > 11
    for scheme in SCHEMES:
        tab.emulate_media(color_scheme=scheme)
        assert contrast(tab, tab.locator("figure.training svg").first) > 4.5
    whole = tab.locator("details.learner")
    assert not whole.locator("pre").first.is_visible()
    whole.locator("summary").click()
    assert "nn.Softmax" in whole.locator("pre").first.inner_text()


def test_an_old_link_to_a_fault_leads_to_its_page(tab, address):
    tab.goto(address + "doctor/faults.html#double-softmax", wait_until="load")
    line = tab.locator("dt:has(#double-softmax) a").first
    assert 0 <= line.bounding_box()["y"] < 300
    line.click()
    assert tab.url == address + "doctor/faults/double-softmax.html"
    assert tab.locator("h1").inner_text().startswith("Double softmax")


def test_code_on_a_phone_keeps_its_form(tab, address):
    "A line that is too long goes on to the right of where it began"
    tab.set_viewport_size(PHONE)
    tab.goto(address + "howto/own_loss.html", wait_until="load")
    lines = tab.locator("div.cell_input pre").first.locator("span[data-line]")
    rows = lines.evaluate_all("""all => all.map(o => {
        const text = document.createRange(), left = {};
        text.selectNodeContents(o);
        for (const r of text.getClientRects())
            if (r.width) left[r.top] = Math.min(r.left, left[r.top] ?? Infinity);
        return Object.entries(left).sort((a, b) => a[0] - b[0]).map(o => o[1]);
    })""")      # where each line begins, and where it goes on
    wrapped = [o for o in rows if len(o) > 1]
    assert wrapped and all(min(more) > first + 9 for first, *more in wrapped), rows


def test_the_contrast_measure(new_tab):
    new_tab.set_content(
        '<div style="width:99px;height:99px;background:linear-gradient(90deg, #777 50%, #fff '
        '50%)"></div>')
    # WebAIM's figure for #777 on white
    assert contrast(new_tab, new_tab.locator("div")) == pytest.approx(4.48, abs=.01)


def test_text_that_cannot_be_read_is_noticed(new_tab, address):
    tab = new_tab       # a page without an icon asks for one, later
    tab.goto(address + "search.html")
    tab.set_content("<main><p>fine</p><p>fine</p><p style='color: #aaa'>pale</p></main>")
    assert len(tab.evaluate(MARK_LOOKS, [])) == 2
    tab.evaluate(LEAVE_LOOKS)
    (rule, html, _), = violations(tab, {"include": ["[data-look]"]}, ["color-contrast"])
    assert rule == "color-contrast" and "pale" in html


# The last is the first that is shown
HITS = """q => Search._performSearch(...Search._parseQuery(q))
    .map(o => o[0] + o[2]).at(-1) || "" """


def test_search(tab, address):
    "What readers type has the page they want, and its section, as the first hit"
    wanted = tomllib.loads((ROOT/"docs/search.toml").read_text())
    tab.goto(address + "search.html?q=accuracy+stuck+0.5", wait_until="load")
    tab.wait_for_selector("#search-results li:nth-child(5) a")
    hits = tab.locator("#search-results li a")
    assert hits.first.get_attribute("href") == "howto/does_not_learn.html#accuracy-stuck-at-0-5"
    assert hits.first.inner_text() == "My model does not learn > Accuracy stuck at 0.5"
    typed = [q for words in wanted.values() for q in words]
    first = dict(zip(typed, tab.evaluate(f"typed => typed.map({HITS})", typed)))
    assert {q: (first[q], page) for page, words in wanted.items() for q in words
        if first[q] != page} == {}
    # a fault by its name, and by its words unless something else is wanted by them
    faults = {q: slug for slug in FAULTS for q in (slug, slug.replace("-", " ")) if q not in typed}
    first = dict(zip(faults, tab.evaluate(f"typed => typed.map({HITS})", [*faults])))
    assert {q: first[q] for q, slug in faults.items()
        if first[q] != f"doctor/faults/{slug}"} == {}


@pytest.mark.parametrize("typed, wanted", [
    ("nan loss", "howto/does_not_learn#loss-is-nan"),
    ("why is my loss nan", "howto/does_not_learn#loss-is-nan"),
    ("my losses are not going down", "howto/does_not_learn#loss-does-not-change-at-all"),
    ("loss goes down but accuracy doesn't",
        "howto/does_not_learn#loss-falls-and-accuracy-does-not-rise"),
    ("my loss isn\u2019t going down", "howto/does_not_learn#loss-does-not-change-at-all"),
    ("why can't my model learn", "howto/does_not_learn"),
    ("the doctor's false alarms", "doctor/measure"),
    ("at 0.5 my accuracy is stuck", "howto/does_not_learn#accuracy-stuck-at-0-5"),
    ("IndexError: Target 254 is out of bounds.", "howto/does_not_learn#target-out-of-bounds"),
    ("UserWarning: Using a target size (torch.Size([64])) that is different to the input size "
        "(torch.Size([64, 1])). This will likely lead to incorrect results due to broadcasting. "
        "Please ensure they have the same size.", "howto/does_not_learn#target-size-warning"),
    ("RuntimeError: expected scalar type Long but found Float",
        "howto/does_not_learn#target-dtype-long"),
    ("reshape wrong", "doctor/faults/inputs-cut-up"),
    ("temperatures", "howto/calibrated_probabilities#fit-a-temperature"),
    ("the unlucky start", "howto/plain_pytorch#an-unlucky-start"),     # a heading, and no phrase
    ("my loss falls and the accuracy just stays the same",
        "howto/does_not_learn#loss-falls-and-accuracy-does-not-rise"),
    ("how many seeds do I need", "howto/compare_losses#how-many-seeds-are-enough"),
    ("a significance test of my two models", "howto/compare_losses#a-significance-test"),
    ("how do I install this in colab", "howto/install"),
    ("how do I use this in Google Colab", "howto/install"),
    ("ModuleNotFoundError: No module named 'mnist_losses'",
        "howto/install#modulenotfounderror-no-module-named-mnist-losses"),
    ("why are my files in the wrong order",
        "howto/does_not_learn#files-in-another-order-than-labels"),
    ("what does 87 checks mean", "doctor/findings#what-counts-as-a-check"),
    ("what does seen on made-up rows mean", "glossary#finding-and-evidence"),
    ("my valid_loss is going up", "howto/does_not_learn#good-in-training-bad-in-validation"),
    ("imbalanced dataset, accuracy 90%",
        "howto/does_not_learn#accuracy-stuck-at-the-share-of-one-class"),
    ("does focal loss help", "howto/compare_losses#and-with-more-classes"),
    ("binary classification imbalance", "howto/rare_classes#at-your-share"),
    ("memory", "howto/choose_a_loss#memory"), ("oversampling", "studies/rare_classes"),
    ("windows", "about#can-i-depend-on-it-what-is-stable")],
    ids=lambda o: o.partition("#")[2] or "words")   # `-k losses` builds no site for these words
def test_search_by_words(tab, address, typed, wanted):
    "In any order, inflected, with more around them"
    tab.goto(address + "search.html?q=x", wait_until="load")
    tab.wait_for_function("Search._index")
    assert tab.evaluate(HITS, typed) == wanted


def test_a_message_leads_to_its_row(tab, address):
    "Every message of the table, as it is printed, with the name of its class and without"
    visit(tab, address, "howto/01_does_not_learn.ipynb")
    rows = tab.locator("#error-messages table tr:has(span[id])").evaluate_all("""all => all.map(
        o => [o.querySelector("span[id]").id,
            [...o.cells[0].querySelectorAll("code")].map(o => o.innerText)])""")
    assert len(rows) > 15
    tab.goto(address + "search.html?q=x", wait_until="load")
    tab.wait_for_function("Search._index")
    for part, messages in rows:
        for said in messages:
            for typed in said, f"RuntimeError: {said}":
                better, _ = tab.evaluate("corrected", typed)
                assert tab.evaluate(HITS, better) == f"howto/does_not_learn#{part}", typed


def test_a_message_is_shown_with_its_row(tab, address):
    said = "element 0 of tensors does not require grad and does not have a grad_fn"
    tab.goto(f"{address}search.html?q={quote(said)}", wait_until="load")
    tab.wait_for_selector("#search-results li p.context")
    first = tab.locator("#search-results li").first
    assert first.locator("a").inner_text() == (
        "My model does not learn > Element 0 of tensors does not require grad")
    assert "F.cross_entropy(preds, y)" in first.locator("p.context").inner_text()


@pytest.mark.parametrize("typed, meant, wanted", [
    ("acuracy stuk at 0.5", "accuracy stuck at 0.5",
        "howto/does_not_learn.html#accuracy-stuck-at-0-5"),
    ("Tempreature", "temperature", "howto/calibrated_probabilities.html"),
    ("lable smothing", "label smoothing", "howto/choose_a_loss.html#label-smoothing")])
def test_search_with_letters_wrong(tab, address, typed, meant, wanted):
    tab.goto(f"{address}search.html?q={quote(typed)}", wait_until="load")
    tab.wait_for_selector("#search-results li a")
    said = tab.locator(".search-said").first.inner_text()
    assert said.startswith(f"Results for {meant}; no page has “") and typed.split()[0] in said
    assert tab.locator("#search-results li a").first.get_attribute("href").startswith(wanted)


@pytest.mark.parametrize("typed", ["focal loss", "CrossEntropyLoss", "gce", "nans", "fit_many",
    "zzzzqqqq"])
def test_search_leaves_words_that_it_has(tab, address, typed):
    "Also a part of a word, and what is near to none"
    tab.goto(address + "search.html?q=x", wait_until="load")
    tab.wait_for_function("Search._index")
    assert tab.evaluate("corrected", typed) == [typed, []]


def test_where_no_page_has_all_words_those_with_most_come(tab, address):
    "And it is said so; where some have all, only these come, and nothing is said"
    tab.goto(address + "search.html?q=zzzzqqqq+interval+quantile", wait_until="load")
    tab.wait_for_selector("#search-results li:nth-child(2) a")
    assert tab.locator(".search-said").inner_text().startswith("No page has all of these words")
    first = tab.locator("#search-results li a").first.get_attribute("href")
    words = (ROOT/"docs/_site"/first.partition("#")[0]).read_text().lower()
    assert "interval" in words and "quantile" in words, first
    tab.goto(address + "search.html?q=focal+loss", wait_until="load")
    tab.wait_for_selector("#search-results li a")
    assert not tab.locator(".search-said").count()


def test_search_says_no_two_things_that_contradict(tab, address):
    tab.goto(address + "search.html?q=zzzzqqqq", wait_until="load")
    tab.wait_for_selector(".search-said")
    assert tab.locator(".search-said").inner_text() == "No page has these words."
    assert not tab.locator(".search-summary").is_visible()
    tab.goto(address + "search.html?q=focal+loss", wait_until="load")
    tab.wait_for_selector(".search-summary:has-text('finished')")
    assert not tab.locator(".search-said").count()


@pytest.mark.parametrize("typed, where", [
    ("0.5112", {"studies/frozen_accuracy", "index"}),
    ("5112", {"studies/frozen_accuracy", "index"}),
    ("12544", {"studies/frozen_accuracy"}), ("0.354", {"studies/label_noise"}),
    ("unseen images 0.354", {"studies/label_noise"})])
def test_numbers_of_sentences_are_found(tab, address, typed, where):
    "Of headings too, whole or from the point on; what is shown is the place with the number"
    tab.goto(f"{address}search.html?q={quote(typed)}", wait_until="load")
    tab.wait_for_selector("#search-results li p.context")
    hits = tab.evaluate("q => Search._performSearch(...Search._parseQuery(q))", typed)
    assert where <= {o[0] for o in hits} and not tab.locator(".search-said").count()
    if typed == "0.354":
        said = tab.locator("li:has(a[href^='studies/label_noise']) p.context").first
        said.wait_for()
        assert typed in said.inner_text()


def test_of_a_number_that_is_not_found_nothing_is_claimed(tab, address):
    tab.goto(address + "search.html?q=0.98765", wait_until="load")
    tab.wait_for_selector(".search-said")
    said = tab.locator(".search-said").inner_text()
    assert "No page" not in said and "not those that a cell shows" in said
    numbers = tab.evaluate("Search._index.numbers")
    assert "0.98765" not in numbers and 1000 < len(numbers) < 4000     # not all of all tables


def test_search_leaves_everyday_words_as_they_are(tab, address):
    for word in "your", "doesn\u2019t":
        tab.goto(f"{address}search.html?q={quote(word)}", wait_until="load")
        tab.wait_for_selector(".search-said")
        assert tab.locator(".search-said").inner_text().startswith("These are everyday words")
    typed = "does your model not learn in each of these, and why doesn't it"
    assert tab.evaluate("corrected", typed) == [typed, []]


def test_a_text_that_is_found_leads_to_its_section(tab, address):
    "Of the words, and not only to the page; short pages of faults as they are"
    tab.goto(address + "search.html?q=shuffle+stack", wait_until="load")
    tab.wait_for_function("document.querySelectorAll('#search-results li p.context').length > 2")
    for link in tab.locator("#search-results li.kind-text:has(p.context) a").all():
        name, _, anchor = link.get_attribute("href").partition(".html#")
        page = (ROOT/f"docs/_site/{name.removesuffix('.html')}.html").read_text()
        assert (f'id="{anchor}"' in page and " > " in link.inner_text()) == bool(anchor), name
        assert anchor or name.startswith("doctor/faults/"), name


@pytest.mark.parametrize("page, width", [("losses/explore.html?q=0.5", 1400),
    ("doctor/faults/double-softmax.html", 1400), ("search.html", 390)])
def test_hits_come_while_one_types(tab, address, page, width):
    "As the page of search ranks them; the field has all keys, and a page's own q is none of search"
    tab.set_viewport_size({"width": width, "height": 800})
    tab.goto(address + page, wait_until="load")
    field, hits = tab.locator("input[role=combobox]"), tab.locator(".hits [role=option]")
    field.press_sequentially("focal")
    tab.wait_for_function("document.querySelector('.hits a')?.innerText.startsWith('FocalLoss\\n')")
    assert 3 < hits.count() <= 7
    assert field.input_value() == "focal" and field.get_attribute("aria-expanded") == "true"
    boxes = [o.bounding_box() for o in hits.all()]
    assert all(o["x"] >= 0 and o["x"] + o["width"] <= width and o["y"] < 800 for o in boxes)
    field.press("ArrowDown")
    field.press("ArrowUp")
    assert not tab.locator("[aria-selected=true]").count()
    field.press("ArrowDown")
    chosen = tab.locator("[role=option][aria-selected=true]")
    assert chosen.get_attribute("id") == field.get_attribute("aria-activedescendant")
    field.press("Escape")
    assert not hits.count() and field.get_attribute("aria-expanded") == "false"
    field.press("ArrowDown")
    field.press("Enter")
    tab.wait_for_url("**/losses/curves.html#focalloss")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_list_of_hits_can_be_read_and_heard(tab, address, scheme):
    tab.emulate_media(color_scheme=scheme)
    tab.goto(address + "index.html", wait_until="load")
    field, hits = tab.locator("input[role=combobox]"), tab.locator(".hits [role=option]")
    field.press_sequentially("focal")
    hits.nth(2).wait_for()
    field.press("ArrowDown")
    assert not violations(tab, {"include": [".searchbox"]}, ["color-contrast", "label",
        "aria-allowed-role", "aria-required-attr", "aria-required-children", "aria-required-parent",
        "aria-valid-attr-value", "aria-input-field-name", "nested-interactive"])


def test_no_hits_where_nothing_is_typed(tab, address):
    tab.goto(address + "index.html", wait_until="load")
    field, hits = tab.locator("input[role=combobox]"), tab.locator(".hits [role=option]")
    field.press_sequentially("loss is na")
    nan = tab.locator("[role=option][href='howto/does_not_learn.html#loss-is-nan']")
    nan.wait_for()
    assert tab.evaluate("localStorage.getItem('sphinx_highlight_terms')") in (None, "")
    field.press("Backspace")
    field.fill("")
    nan.wait_for(state="detached")
    assert not hits.count()
    field.press("ArrowDown")
    assert not hits.count()
    field.fill("loss is nan")
    nan.wait_for()
    field.press("Enter")        # none is chosen
    tab.wait_for_url("**/search.html?q=loss+is+nan")
    tab.wait_for_selector("#search-results li p.context")


def test_all_titles_of_a_search_come_at_once(new_tab, address):
    "And only the pages of those near the window are read"
    tab, asked = new_tab, []
    tab.on("request", lambda o: asked.append(o.url) if o.url.endswith(".html") else None)
    tab.goto(address + "search.html?q=focal+loss", wait_until="load")
    tab.wait_for_selector("#search-results li")
    found = tab.locator("#search-results li").count()
    assert found == tab.evaluate("Search.found") > 40
    tab.wait_for_load_state("networkidle")
    assert 3 < len(asked) < found/2


def test_a_page_that_was_searched_for_shows_the_words(tab, address):
    "Also where they stand in the title of a drawing, which cannot be marked"
    tab.goto(address + "search.html?q=cost+probability", wait_until="load")
    tab.wait_for_selector("#search-results li a")
    tab.goto(address + "index.html", wait_until="load")
    tab.wait_for_selector("article .highlighted")
    tab.wait_for_timeout(50)


def test_the_search_is_on_the_first_screen_of_a_phone(tab, address):
    "In the bar of every page; a large window has the field there"
    tab.set_viewport_size({"width": 390, "height": 800})
    for page in "index", "howto/does_not_learn", "doctor/faults/double-softmax":
        tab.goto(f"{address}{page}.html", wait_until="load")
        box = tab.get_by_role("link", name="Search", exact=True).bounding_box()
        assert box["y"] < 60 and box["x"] + box["width"] <= 390 and box["width"] > 30
    tab.get_by_role("link", name="Search", exact=True).click()
    assert tab.url == address + "search.html"
    assert tab.locator(".searchform input").evaluate("o => o == document.activeElement")
    tab.set_viewport_size(DESK)
    tab.goto(address + "index.html", wait_until="load")
    assert tab.locator(".searchbox input").is_visible()
    assert not tab.locator(".search-link").is_visible()


def test_search_has_pages_that_mention_everything_last(tab, address):
    tab.goto(address + "search.html?q=x", wait_until="load")
    tab.wait_for_function("Search._index")
    pages = tab.evaluate("""q => Search._performSearch(...Search._parseQuery(q)).map(o => o[0])
        .reverse()""", "loss is nan")
    last = pages.index("changelog")
    assert last > 5 and {*pages[last:]} <= {"changelog", "contributing", "map"}
    assert tab.evaluate(HITS, "changelog") == "changelog"


def test_search_leaves_out_what_no_one_calls(tab, address):
    tab.goto(address + "search.html?q=x", wait_until="load")
    tab.wait_for_function("Search._index")
    assert tab.evaluate(HITS, "test_values_by_hand") == ""      # a test
    assert tab.evaluate(HITS, "pick_label") == ""               # a private part
    assert tab.evaluate(HITS, "CrossEntropyLoss").startswith("losses/core")


def test_dark_mode_switch(new_tab, address):
    tab = new_tab       # it keeps the choice
    visit(tab, address, "index.ipynb")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    seen = {tab.evaluate(ground)}
    for _ in range(2):      # as the system, light, dark
        tab.locator("button.js-theme").first.click()
        seen.add(tab.evaluate(ground))
    assert len(seen) == 2


FILTER = "o => getComputedStyle(o).filter"


def test_pictures_in_the_dark(tab, address):
    "Lines on white are turned over; photographs and maps of colour are not"
    visit(tab, address, "studies/03_ten_digits.ipynb")
    tab.emulate_media(color_scheme="dark")
    photos = tab.locator("div.tag_photo div.cell_output img")
    lines = tab.locator("div.cell:not(.tag_photo) div.cell_output img")
    assert photos.count() and lines.count()
    assert {o.evaluate(FILTER) for o in photos.all()} == {"none"}
    assert "none" not in {o.evaluate(FILTER) for o in lines.all()}


def test_formulas_have_a_font(tab, address):
    "Without one that knows mathematics, subscripts stand on the line"
    visit(tab, address, "index.ipynb")
    tab.evaluate("""() => document.querySelector("article").insertAdjacentHTML("beforeend",
        "<math id=m><msub><mi>x</mi><mi>x</mi></msub></math>")""")
    tab.wait_for_function("document.fonts.ready")
    assert tab.evaluate("document.fonts.check('16px \"Site Math\"', '𝑥')")
    base, sub = (o.bounding_box() for o in tab.locator("#m mi").all())
    assert sub["y"] + sub["height"] > base["y"] + base["height"] + 1
    assert sub["height"] < base["height"]


def test_source_is_a_click_away(tab, address):
    visit(tab, address, "losses/00_core.ipynb")
    source = tab.locator("details", has_text="Source").first
    assert not source.locator("pre").is_visible()
    source.locator("summary").click()
    assert source.locator("pre").is_visible()


def test_a_link_to_a_part_of_a_long_page_lands_there(tab, address):
    "It once scrolled for half a second, and stopped on the way"
    visit(tab, address, "howto/01_does_not_learn.ipynb")
    for part in "while-training", "no-fault-found-and-still-stuck-what-now":
        tab.locator(f"p a[href$='#{part}']").first.click()
        assert 0 <= tab.locator(f"section#{part}").bounding_box()["y"] < 300, part


def test_a_solution_is_closed_until_it_is_asked_for(tab, address):
    visit(tab, address, "studies/07_calibration.ipynb")
    solution = tab.locator("details.solution").first
    text = solution.locator("p").first
    assert not text.is_visible()
    solution.locator("summary").first.click()
    assert text.is_visible()


def test_weight_of_a_page_without_figures(new_tab, address):
    sizes = []
    new_tab.on("response", lambda o: sizes.append(len(o.body())))
    visit(new_tab, address, "testing.ipynb")
    assert 50_000 < sum(sizes) < 500_000       # bytes, uncompressed


def test_a_slider_moves_a_curve(tab, address):
    "The browser's numbers are those of the formulas, wherever sliders are and for every loss"
    from mnist_losses.losses.explore import CURVES, FORMULAS, PICKED, SLIDERS, evaluate_formula
    visit(tab, address, "losses/04_explore.ipynb")
    tab.wait_for_function("document.querySelector('div.vega').view")
    values = {name: start for name, (_, start, *_) in SLIDERS.items()}

    def shown(*losses):
        rows = tab.evaluate("""async () => {
            const view = await document.querySelector("div.vega").view.runAsync();
            const data = view.getState({signals: () => false, data: () => true}).data;
            return Object.keys(data).flatMap(o => view.data(o))
                .filter(o => o.said !== undefined && o.pull !== undefined)
                .filter((_, i) => i % 7 == 0);
        }""")
        assert {o["loss"] for o in rows} == set(losses)
        for row in rows:
            assert (evaluate_formula(row["loss"], **values | {"z": row["z"]})
                == pytest.approx((row["cost"], row["pull"], row["said"]), rel=1e-6, abs=1e-6))
        return tab.locator("div.vega path").evaluate_all("all => all.map(o => o.getAttribute('d'))")

    was = shown(*PICKED)
    for name, to in {"C": 2, "noise": .4, "smoothing": .1, "T": 2, "gamma": 3, "q": .4}.items():
        tab.locator(f".vega-bindings input[name={name}]").evaluate(
            "(o, to) => { o.value = to; o.dispatchEvent(new Event('input')); }", to)
        values[name] = to
        now = shown(*PICKED)
        assert now != was, name
        was = now
    names = [*FORMULAS]
    for first in range(0, len(names), len(CURVES)):
        losses = (names[first:] + ["none"]*len(CURVES))[:len(CURVES)]
        for curve, loss in zip(CURVES, losses):
            tab.locator(f".vega-bindings select[name=curve{curve}]").select_option(loss)
        shown(*(o for o in losses if o != "none"))


def test_the_address_keeps_what_the_explorer_shows(tab, address):
    "It begins as the address says, where that is possible, and the address follows it"
    signals = """() => { const view = document.querySelector("div.vega").view;
        return Object.fromEntries(["curve1", "curve2", "gamma", "q", "C", "T"].map(
            o => [o, view.signal(o)])); }"""
    tab.goto(f"{address}losses/explore.html?curve1=Brier&gamma=3&C=99&curve2=Nonsense&T=x")
    tab.wait_for_function("document.querySelector('div.vega').view")
    shown = tab.evaluate(signals)
    assert shown == dict(curve1="Brier", curve2="Brier", gamma=3, q=.7, C=10, T=1)
    for name, to in ("q", .5), ("gamma", 2):
        tab.locator(f".vega-bindings input[name={name}]").evaluate(
            "(o, to) => { o.value = to; o.dispatchEvent(new Event('input')); }", to)
    tab.wait_for_function("location.search.includes('q=0.5') && !location.search.includes('gamma')")
    tab.reload()
    tab.wait_for_function("document.querySelector('div.vega').view")
    shown = tab.evaluate(signals)
    assert (shown["q"], shown["gamma"], shown["curve1"]) == (.5, 2, "Brier")


def test_panels_of_the_explorer_fit_the_window(tab, address):
    visit(tab, address, "losses/04_explore.ipynb")
    for width, columns in (1280, 2), (390, 1), (1280, 2):
        tab.set_viewport_size({"width": width, "height": 900})
        tab.wait_for_function("""columns => {
            const div = document.querySelector("div.vega"), svg = div.querySelector("svg");
            const panels = [...svg.querySelectorAll("g[class*=concat] > g > path.background")];
            const left = new Set(panels.map(o => Math.round(o.getBoundingClientRect().left/50)));
            return left.size == columns && svg.clientWidth <= div.clientWidth
                && svg.clientWidth > .95*div.clientWidth;
        }""", arg=columns, timeout=10000)

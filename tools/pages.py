"The navigation, and pages without a notebook: a wing's names, the map, changelog, contributing"
import importlib
import re
import subprocess
from functools import cache
from pathlib import Path
from posixpath import normpath

from nbdev.config import nbpath2html

from mnist_losses.doctor.faults import FAULTS
from tools.faces import WINGS, exported

# Found elsewhere in the navigation than their notebooks stand
MOVED = {"evidence/gallery": "howto/choose_a_loss"}
PROJECT = "map", "glossary", "about", "changelog", "contributing"
FIRST = "doctor/diagnosis", "doctor/watch", "training/learner", "training/ensemble", \
    "claims/reproduction"                   # of their wings, for a reader
LAST = "losses/arguments",                  # what a reader comes to by its errors alone
ROOMS = "cli", "testing", "reference"       # pages outside the wings that a reader may want
FILES = "CHANGELOG", "CONTRIBUTING"


def page(path):
    "Page of the notebook at `path` relative to nbs/, as nbdev names it: without number"
    return nbpath2html(Path(normpath(path))).with_suffix("").as_posix()


def reading_order(names):
    "Of the pages `names`, first those for which one comes to a wing"
    order = {o: i for i, o in enumerate((*FIRST, None, *LAST))}
    return sorted(names, key=lambda o: order.get(o, order[None]))


def title_and_lead(nb):
    "What the first Markdown cell of a notebook says"
    text = next(o.source for o in nb.cells if o.cell_type == "markdown")
    lead = re.search("^> (.*)", text, re.M)
    return re.search("^# (.*)", text, re.M)[1], lead[1] if lead else ""


def toctree(caption, pages):
    "A hidden table of contents: the navigation beside every page"
    return "\n".join(["```{toctree}", ":hidden:", *[f":caption: {caption}"]*bool(caption), "",
        *pages, "```"])


def table(rows, name="name"):
    "Lines of a Markdown table of two columns"
    return [f"| {name} | |", "|---|---|", *(f"| {a} | {b} |" for a, b in rows), ""]


def describe(face, name, path):
    "A name of a wing with its link, and the line that says what it is"
    obj = getattr(face, name)
    if not callable(obj): return f"`{name}`", f"see [its page](/{path}.ipynb)"
    return f"[`{name}`](#{face.__name__}.{name})", (obj.__doc__ or "").partition("\n")[0]


def wing_page(wing, pages, cfg):
    "All that a user calls from `wing`, by page, and the pages behind it"
    lib = cfg.lib_path.name
    face = importlib.import_module(f"{lib}.{wing}")
    text = [f"# {wing.capitalize()}", "", "{.lead}", WINGS[wing], "", "```python",
        f"from {lib}.{wing} import *     # all that follows", "```", ""]
    names = {o: exported(cfg.lib_path/f"{o}.py") for o in pages}
    for path, (title, lead) in pages.items():
        if not names[path]: continue
        text += [f"## {title}", "", f"[{title}](/{path}.ipynb): {lead}", "",
            *table(describe(face, o, path) for o in names[path])]
    if inside := [o for o in pages if not names[o]]:
        text += ["## Inside", "", "Pages of parts that no one needs to call:", "",
            *table(((f"[{pages[o][0]}](/{o}.ipynb)", pages[o][1]) for o in inside), "page")]
    return "\n".join([*text, toctree("", [f"/{o}" for o in pages if o not in MOVED]), ""])


def map_page(groups, pages):
    "Every page in its group, with the line it begins with"
    text = ["# Map", "", "{.lead}", "Every page of this site, and what it is for", ""]
    for name, members in groups.items():
        rows = [(f"[{pages[o][0]}](/{o}.ipynb)", pages[o][1]) for o in members if o in pages]
        if rows: text += [f"## {name}", "", *table(rows, "page")]
    return "\n".join(text)


TAKES = re.compile(r"Question\.\*\* (.*?) \*\*.*about (\d+) minutes for the text, (\d+) with the "
    r"code.* runs? in about (.*?) on two cores.*\*\*Level:\*\* (beginner|intermediate|advanced)\. "
    r"\*\*You need\*\* ((?:\[[^]]*\]\([^)]*\)|[^].;[])+)")


@cache
def commit(root):
    "`@` and the commit that is checked out at `root`, as pip wants it; nothing without git"
    git = ["git", "-C", str(root), "rev-parse", "HEAD"]
    try: return "@" + subprocess.run(git, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError): return ""


def requirement(cfg):
    "What pip has to install for the numbers of this site"
    return f"{cfg.lib_name}[notebooks] @ git+{cfg.git_url}{commit(cfg.config_path)}"


def install_cell(cfg):
    "Code that makes sure that the version of this site is there: pip keeps one of the same number"
    at, name = commit(cfg.config_path)[1:], cfg.lib_name
    return f"""from importlib.metadata import distributions
# another commit may give other numbers; what did not come from git, as your own checkout, stays
own = [o.read_text("direct_url.json") or "" for o in distributions(name="{name}")]
if not all("vcs_info" in o for o in own): print("Your own {name} stays: other numbers may come out")
elif not any("{at}" in o for o in own):
    if own: print("Another commit of {name} is replaced by that of this notebook")
    %pip uninstall -qy {name}
    %pip install -q "{requirement(cfg)}\""""


def in_colab(path, cfg):
    "Links that open the notebook at `path` of the repository in Colab, which knows GitHub alone"
    if not cfg.git_url.startswith("https://github.com/"): return []
    repo = cfg.git_url.removeprefix("https://github.com/").removesuffix(".git").strip("/")
    return [f"https://colab.research.google.com/github/{repo}/blob/{cfg.branch}/{path}"]


def to_faults(text, form):
    "Links to a fault in the list, in Markdown `text`, as links of a `form` to its page"
    return re.sub(r"\]\(([^)\s#]*)faults\.(?:ipynb|html)#([\w-]+)\)", lambda m:
        f"]({form.format(folder=m[1], slug=m[2])})" if m[2] in FAULTS else m[0], text)


def to_site(text, rel, cfg):
    "Markdown `text` of the notebook at `rel` whose links lead to the published site"
    def link(m):
        target = page(normpath((Path(rel).parent/m[1]).as_posix()))
        return f"]({cfg.doc_url}{target}.html{m[2] or ''})"
    text = text.replace("](#", f"]({cfg.doc_url}{page(rel)}.html#")
    text = re.sub(r"\]\((?!https?:)([^)\s#]+\.ipynb)(#[^)\s]*)?\)", link, text)
    return to_faults(text, "{folder}faults/{slug}.html")


def studies_page(boxes, cfg):
    "What each study is about: `boxes` by page, each its title, box and minutes of its exercises"
    text = ["# The studies", "", "{.lead}",
        "What each asks, what came out, how long it takes and what one needs", "",
        "**For a class:** goals, files, notebooks without solutions, homework and lessons with a "
        "plan are under [For teachers](/studies/teaching.md).", "",
        "| study | question | level | you need | minutes, text to code | runs in "
        "| exercises, minutes |",
        "|---|---|---|---|---|---|---|"]
    boxes = {o: (title, from_studies(box, o), n) for o, (title, box, n) in boxes.items()}
    for path, (title, box, exercises) in boxes.items():
        question, minutes, code, run, level, needs = takes(box)
        text.append(f"| [{title}](/{path}.ipynb) | {question} | {level} | {needs} "
            f"| {minutes} to {code} | {run} | {len(exercises)}, {sum(exercises)} more |")
    text += ["", "*Beginner*: chapter 4 of the fastai book is enough. *Intermediate*: you have "
        "trained models and compared them. *Advanced*: with derivatives, or several tasks and "
        "metrics at once.", "", "Minutes are those of the text with its figures, and with the "
        "code. They are counted, not tried: 200 words, two figures, two tables or 15 lines of "
        "code in each, to the nearest five. Exercises come on top: 5 minutes each, 1 more for each "
        "line of the solution, 1 more for each 100 words of exercise and solution. Cells run on "
        "two cores, without a GPU.", ""]
    for i, (path, (title, box, _)) in enumerate(boxes.items(), 1):
        text += [f"## {i}. [{title}](/{path}.ipynb)", "", box, ""]
    return "\n".join(text)


def takes(box):
    "Question, minutes of the text and with the code, how long it runs, level, needs: of a `box`"
    *found, needs = TAKES.search(" ".join(box.split())).groups()
    return *found, needs.replace("chapter 4 of the fastai book", "chapter 4")


def from_studies(box, path):
    "The `box` of the study at `path` with links that hold on any page"
    box = re.sub(r"\]\((#[^)]*)\)", rf"](/{path}.ipynb\1)", box)
    return re.sub(r"\]\(((?!https?:|/)[^)#]+\.ipynb)",
        lambda m: f"](/{page(normpath('studies/' + m[1]))}.ipynb", box)


def group_pages(pages):
    "The pages by the part of the navigation in which they are"
    folders = {k: [o for o in pages if o.rpartition("/")[0] == k and o not in MOVED]
        for k in ("howto", "studies", *WINGS)}
    howto = folders["howto"]
    for name, after in MOVED.items():
        if {name, after} <= set(pages): howto.insert(howto.index(after)+1, name)
    rooms = sorted((o for o in pages if "/" not in o and o not in (*PROJECT, "index")),
        key=lambda o: ROOMS.index(o) if o in ROOMS else len(ROOMS))
    wings = {k.capitalize(): folders[k] for k in WINGS}
    return {"How to": folders["howto"], "Studies": folders["studies"], **wings,
        "Tools": [o for o in rooms if o in ROOMS],
        "Project": [o for o in PROJECT if o in pages],
        "Inside": [o for o in rooms if o not in ROOMS]}


def navigation(pages, cfg):
    "The tables of contents of the site, below its home page"
    groups = group_pages(pages)
    wings = [f"{o.capitalize()} <{o}/index>" for o in WINGS if groups[o.capitalize()]]
    there = {"map", *(o.lower() for o in FILES if (cfg.config_path/f"{o}.md").exists())}
    project = [o for o in PROJECT if o in there or o in pages]
    studies = [f"{i}. {pages[o][0]} <{o}>" for i, o in enumerate(groups["Studies"], 1)]
    if studies: studies[:0] = ["All, with their answers <studies/index>",
        "For teachers <studies/teaching>", "Figures for slides <studies/figures>"]
    trees = {"How to": groups["How to"], "Studies": studies,
        "Reference": [*wings, *groups["Tools"]], "Project": project, "Inside": groups["Inside"]}
    return "\n\n".join(toctree(k, v) for k, v in trees.items() if v)


def write(path, text):
    "Write only what is new: Sphinx reads again what was written"
    if path.exists() and path.read_text(encoding="utf-8") == text: return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def write_pages(pages, boxes, cfg, dest):
    "Write what `pages`, a dict of names to title and lead, do not hold"
    if boxes: write(dest/"studies/index.md", studies_page(boxes, cfg))
    for wing in WINGS:
        mine = {k: v for k, v in pages.items() if k.rpartition("/")[0] == wing}
        if mine: write(dest/f"{wing}/index.md", wing_page(wing, mine, cfg))
    write(dest/"map.md", map_page(group_pages(pages), pages))
    for name in FILES:
        path = cfg.config_path/f"{name}.md"
        if not path.exists(): continue
        text = path.read_text(encoding="utf-8")
        text = re.sub(r"\]\(nbs/([^)#]+\.ipynb)", lambda m: f"](/{page(m[1])}.ipynb", text)
        write(dest/f"{name.lower()}.md", text)

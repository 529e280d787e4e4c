"""The solutions of a study: closed on its page; and `python -m tools.solutions`: the notebooks
without them, in exercises/, where Colab finds them"""
import json
import re
import subprocess
import sys
from pathlib import Path
from shutil import rmtree

from fastcore.nbio import dict2nb, mk_cell, nb2str, read_nb, write_nb
from nbdev.config import get_config

from tools.pages import page, to_site
from tools.study import before, exercises, sections


def has_solutions(nb): return any("## Solutions\n" in o.source for o in nb.cells)
def exercises_file(rel): return Path("exercises")/f"{Path(rel).stem}_exercises.ipynb"


def fold_solutions(html):
    "Each solution of a study closed, until a reader has tried"
    start, end = html.find('<section id="solutions">'), html.find('<section id="cite-this-study">')
    if start < 0: return html
    part, n = re.subn(r'(<section id="[^"]+">\s*)(<h3>.*?</h3>)',
        r'\1<details class="solution"><summary>\2</summary>', html[start:end], flags=re.S)
    return html[:start] + part.replace("</section>", "</details></section>", n) + html[end:]


def fold_answer(html):
    "The box of a study with its question by itself, where the address ends in #question: site.css"
    box, answer = '<div class="note admonition">', "<p><strong>Answer.</strong>"
    start = html.find(box)
    if start < 0 or html.count(answer) != 1 or html.find(answer) < start: return html
    html = html[:start] + html[start:].replace(box, box[:-1] + ' id="question">', 1)
    return html.replace(answer, '<p class="show-answer"><a href="#answer">Show the answer</a></p>\n'
        '<p id="answer">' + answer[3:])


def within(text, nb):
    "Markdown `text` whose links to headings of its own page are words: that page has solutions"
    titles = {re.sub(r"[^a-z0-9]+", "-", o.lower()).strip("-"): o for o in sections(nb)}
    def words(m):
        title = titles[m[2]]
        if title == "Papers": return m[1]       # a name and a year, by which they are listed
        return f"*{m[1]}*" if m[1].lower() in title.lower() else f"{m[1]} (*{title}*)"
    return re.sub(r"\[([^]]*)\]\(#([^)]*)\)", words, text)


# Words of the study that answer one of its exercises, or say what comes out, between comments that
# no page shows; and a cell of code that a class writes itself, with what it is asked
GIVEN_AWAY = re.compile("<!-- BEGIN SOLUTION -->.*?<!-- END SOLUTION -->", re.S)
YOUR_TURN = re.compile(r"^#\| your-turn: (.*)", re.M)


def tidy_imports(nb):
    "The notebook without imports that neither its code nor its text speaks of"
    spoken = "\n".join(re.sub(r"\W+", " ", o) for cell in nb.cells if cell.cell_type == "markdown"
        for o in re.findall("`([^`]+)`", cell.source)).split()
    nb.cells.append(mk_cell("\n".join(o for o in spoken if o.isidentifier())))
    ruff = [sys.executable, "-m", "ruff", "check", "--isolated", "--quiet", "--select=F401",
        "--fix-only", "--stdin-filename=a.ipynb", "-"]
    nb = dict2nb(json.loads(subprocess.run(ruff, input=nb2str(nb), text=True, check=True,
        capture_output=True).stdout))
    nb.cells.pop()
    return nb


def without_solutions(path, cfg):
    "The study at `path` to work through: no answer, no outputs, a place for each exercise"
    nb, rel = read_nb(path), path.relative_to(cfg.nbs_path).as_posix()
    cells = [*before("Exercises", nb), mk_cell("## Exercises", "markdown")]
    for o in exercises(nb): cells += [mk_cell(o, "markdown"), mk_cell("")]
    for i, o in enumerate(cells):
        o.id = f"e{i}"
        if o.cell_type == "code":
            o.outputs, o.execution_count = [], None
            if asked := YOUR_TURN.search(o.source): o.source = f"# Your turn: {asked[1]}"
            o.source = re.sub(r"^#\| fig-cap: (Figure \d+)\b.*", r"# \1", o.source, flags=re.M)
            o.source = re.sub(r"^#\| .*\n?", "", o.source, flags=re.M)
        else:
            o.source = re.sub(r"^> \*\*Answer\.\*\*.*?\n>\n", "", o.source, flags=re.M | re.S) \
                .replace(", the solutions of the exercises included", "")
            o.source = GIVEN_AWAY.sub("", o.source)
            o.source = to_site(within(o.source, nb), rel, cfg)
    nb.cells = cells
    nb = tidy_imports(nb)
    url = f"{cfg.doc_url}{page(rel)}.html#cite-this-study"
    nb.cells.append(mk_cell(f"[How to cite this study]({url})", "markdown", id=f"e{len(cells)}"))
    return nb


def main():
    cfg = get_config()
    to = cfg.config_path/"exercises"
    rmtree(to, ignore_errors=True)      # one of a study that is gone
    to.mkdir()
    for path in sorted((cfg.nbs_path/"studies").glob("*.ipynb")):
        if has_solutions(read_nb(path)):
            write_nb(without_solutions(path, cfg), cfg.config_path/exercises_file(path))


if __name__ == "__main__": main()

"A page for each fault of the doctor, from what doctor/00_faults shows of it, and their list"
import json
import re
from difflib import SequenceMatcher
from functools import cache
from posixpath import normpath

from mnist_losses.doctor.faults import ALL, GROUPS
from mnist_losses.doctor.findings import html_line
from tools.fault_code import Corpus
from tools.fault_figures import caption, figure, in_words, panels
from tools.pages import page, write

NOTEBOOK, LIST = "doctor/00_faults.ipynb", "doctor/faults"
# Parts of a fault's page, in the order of the page, and how they begin in the notebook
PARTS = ("Wrong", "Instead", "In plain PyTorch", "How it looks", "Not to be mistaken for",
    "Symptoms", "Met in")
LABEL = re.compile(rf"^\**({'|'.join(PARTS)})\b:?\**:?\s+", re.M)
# Words of a slug that are not written as words
NAMES = {"01": "0 and 1", "bce": "BCE", "bn": "batch norm", "ce": "cross-entropy",
    "kldiv": "KL divergence", "lr": "learning rate", "mse": "MSE", "n": "(N,)", "n1": "(N, 1)",
    "nan": "NaN", "nll": "NLL", "opt": "optimizer", "pow": "power", "relu": "ReLU",
    "sqrt": "square root", "accum": "AccumMetric", "args": "arguments", "aux": "auxiliary",
    "eps": "epsilon", "exp": "exponential", "init": "initial weights", "params": "parameters",
    "valid": "validation", "vs": "against"}


def title(slug):
    "A slug in words"
    words = " ".join(NAMES.get(o, o) for o in slug.replace("n-out", "n_out").split("-"))
    return words[0].upper() + words[1:]


def anchor(heading):
    "As MyST and GitHub name a heading"
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def shown(cell):
    "The Markdown that a `cell` of the notebook shows"
    texts = [o.get("data", {}).get("text/markdown", "") for o in cell.get("outputs", [])]
    return "\n\n".join("".join(o) for o in texts)


def told(nb):
    "What the list says of each fault: Markdown by slug"
    parts = re.split(r"^#### ([\w-]+)$", "\n\n".join(map(shown, nb.cells)), flags=re.M)
    return dict(zip(parts[1::2], map(str.strip, parts[2::2])))


def parts_of(text):
    "What a fault means, and the other parts by their label"
    meaning, *rest = LABEL.split(text)
    parts = dict(zip(rest[::2], map(str.strip, rest[1::2])))
    return meaning.strip(), {k: parts[k] for k in PARTS if k in parts}


def sentence(text):
    "With a capital letter, unless it begins with code"
    return text if re.search(r"[._(=]", text.split()[0]) else text[0].upper() + text[1:]


def relink(text, site):
    "Links of the list in Markdown `text`, each as what `site` makes of a page and an anchor"
    def link(m):
        path, _, part = m[1].partition("#")
        if not path: return f"]({site(f'{LIST}/{part}', '')})"
        return f"]({site(page(normpath(f'doctor/{path}')), part)})"
    return re.sub(r"\]\((?!https?:)([^)\s]+)\)", link, text)


def in_sphinx(name, part):
    "A link to a page as Sphinx reads it"
    return f"/{name}.{'md' if name.startswith(f'{LIST}/') else 'ipynb'}{'#'*bool(part)}{part}"


@cache
def trainings(folder):
    "What is stored of a training with each fault, and the code of its Learner if it reads well"
    path = folder/"doctor/trainings.json"
    if not path.exists(): return {}
    corpus = Corpus(folder/"doctor")
    records = json.loads(path.read_text(encoding="utf-8"))
    return {slug: (o, corpus(o["learner"]), corpus.made[o["learner"]][0])
        for slug, o in records.items()}


def report_of(slug, record, html):
    "What the doctor prints of a Learner with the fault, as in Jupyter or as in a terminal"
    lines = record["report"].items()
    if not html: return "\n".join(["```text", f"{record['level']}: {slug}",
        *(f"  {label:<5}  {text}" for label, text in lines), "```"])
    shown = "".join(html_line(*o) for o in lines)
    return f"<div class='doctor'><p><b>{record['level']}: {slug}</b></p><ul>{shown}</ul></div>"


def code_block(code, other, sphinx):
    "Markdown of code, in which the lines that are not in the `other` are marked"
    if not sphinx: return f"```python\n{code}```"
    same = SequenceMatcher(None, other.splitlines(), code.splitlines(), False).get_matching_blocks()
    shared = {o.b + i for o in same for i in range(o.size)}
    new = [i+1 for i, line in enumerate(code.splitlines()) if i not in shared and line
        and not line.startswith(("import ", "from "))]
    marks = f":emphasize-lines: {','.join(map(str, new))}\n" if new else ""
    return f"```{{code-block}} python\n:class: no-search\n{marks}\n{code}```"


def learner_part(slug, known, site):
    "Markdown: a training with the fault beside the same mended, the report, and the code"
    record, code, home = known
    sphinx, why = site is in_sphinx, ALL[slug].get("unseen", "")
    if sphinx: lines = [figure(record, why)]
    else: lines = [caption(record, why), *(in_words(*o) for o in panels(record))]
    call = f"[`fault_training({json.dumps(slug)})`]({site('doctor/symptoms', '')})"
    words = site("howto/does_not_learn", "how-a-report-is-read")
    lines += [f"{call} trains both anew. What the doctor says before the training ([how "
        f"to read it]({words})):",
        report_of(slug, record, sphinx)]
    # without a text Sphinx takes the title
    page_of = f"[{'' if sphinx else home}]({site(f'doctor/{home}', '')})"
    if not code:
        return "\n\n".join([*lines, f"Its code is `{record['learner']}` on the page {page_of}."])
    _, faulty, mended = code
    shown = [code_block(faulty, mended, sphinx), "Mended:", code_block(mended, faulty, sphinx),
        f"What it imports from `mnist_losses.doctor` stands on the page {page_of}, and is not "
        "public."]
    if sphinx: shown = ["<details class='learner'><summary>The whole Learner, with the fault and "
        "mended</summary>", *shown, "</details>"]
    return "\n\n".join(lines + shown)


def fault_page(slug, text, known=None, site=in_sphinx):
    "Markdown: the page of a fault, from what the list says of it and what is `known` of a training"
    group = next(k for k, slugs in GROUPS.items() if slug in slugs)
    meaning, parts = parts_of(relink(text, site))
    lines = [f"# {title(slug)}", f"{{.lead}}\n{meaning}",
        f"{{.page-links}}\n`{slug}`\n[{group}]({site(LIST, anchor(group))})\n"
        f"[All faults]({site(LIST, '')})"]
    end = [o for o in ("Symptoms", "Met in") if o in parts]
    for label in [o for o in parts if o not in end]:
        lines += [f"## {label}", sentence(parts[label])]
    if known: lines += ["## A Learner that has it", learner_part(slug, known, site)]
    for label in end: lines += [f"## {label}", parts[label]]
    return "\n\n".join([*lines, ""])


def markdown_page(slug, text, cfg):
    "The page of a fault for machines, whose links are absolute"
    def site(name, part): return f"{cfg.doc_url}{name}.html{'#'*bool(part)}{part}"
    text = fault_page(slug, text, trainings(cfg.lib_path).get(slug), site)
    return re.sub(r"^\{\..*\}\n", "", text, flags=re.M)


def list_of(text):
    "Markdown: the faults of a group, each with its meaning and a link to its page"
    lines = []
    for slug in re.findall(r"^#### ([\w-]+)$", text, re.M):
        meaning = text.partition(f"#### {slug}\n")[2].strip().partition("\n")[0]
        # reports of earlier versions and other pages link to the anchor
        lines.append(f'<span id="{slug}"></span>[`{slug}`]({in_sphinx(f"{LIST}/{slug}", "")})\n'
            f": {meaning}\n")
    return "\n".join(lines)


def as_list(nb):
    "Turn what the notebook shows of each fault into a line of it"
    for cell in nb.cells:
        if text := cell.cell_type == "code" and shown(cell):
            cell.cell_type, cell.source, cell.metadata = "markdown", list_of(text), {}
            for key in "outputs", "execution_count": cell.pop(key, None)


def write_fault_pages(nb, cfg, dest):
    "Write a page for each fault of the notebook `nb`, and take away those of faults that are gone"
    folder = dest/LIST
    for path in folder.glob("*.md"):
        if path.stem not in told(nb): path.unlink()
    for slug, text in told(nb).items():
        known = trainings(cfg.lib_path).get(slug)
        write(dest/f"{LIST}/{slug}.md",
            f"---\norphan: true\n---\n\n{fault_page(slug, text, known)}")


def markdown_pages(nb, cfg):
    "The text for machines of each fault's page, by its name"
    return {f"{LIST}/{slug}": markdown_page(slug, text, cfg) for slug, text in told(nb).items()}

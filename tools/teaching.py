"""The page for teachers: what each study teaches, its files, lessons with a plan in minutes,
homework and term projects"""
import math
import re
import sys
import tomllib
from itertools import chain

from fastcore.nbio import read_nb

from tools.citation import own_citation
from tools.figures import numbered
from tools.metadata import settings
from tools.minutes import minutes, minutes_of_exercises
from tools.pages import commit, from_studies, in_colab, requirement, takes, title_and_lead
from tools.solutions import GIVEN_AWAY, exercises_file
from tools.study import box_of, sections

# of new environments of Python 3.11 on Linux, by `du -sm`
SIZES = (
    "**Room and time.** A new environment takes 2.2 GB with the PyTorch for CPUs, and 6.8 GB "
    "with the one for NVIDIA's GPUs, which pip takes on Linux unless `pip install torch "
    "--index-url https://download.pytorch.org/whl/cpu` came first. The images of all studies "
    "take 0.4 GB more. The smaller one took nine minutes, downloads included, on a busy Linux"
    " machine with two cores. Sixty laptops on one network were not tried: let students "
    "install at home.")
TESTED = ("MNIST_SAMPLE: 12396 training and 2038 validation images of 3, 7; digest 68d7d6cd7c42")
SLOWER = 2      # than one reads: in class cells run, and someone asks


def opened(file, path, cfg):
    "Links to a notebook: the download `file`, and the one at `path` of the repository in Colab"
    return ", ".join([f"{{download}}`notebook </../downloads/{file}>`",
        *(f"[Colab]({o})" for o in in_colab(path, cfg))])


def without(path, cfg):
    "Links to the study at `path` without its solutions"
    bare = exercises_file(path)
    return opened(f"studies/{bare.name}", bare, cfg)


def study_row(i, name, path, nb, goals, cfg):
    "A row of the table: the study at `path`, what one can do after it, what it takes, its files"
    _, text, code, _, level, needs = takes(from_studies(box_of(nb), name))
    rel = path.relative_to(cfg.nbs_path).as_posix()
    files = [opened(rel, f"nbs/{rel}", cfg), f"without solutions: {without(path, cfg)}",
        f"[figures: {len(numbered(nb))}](#figures-{name.rpartition('/')[2]})"]
    each = ", ".join(map(str, minutes_of_exercises(nb)))
    cells = [f"[{i}. {title_and_lead(nb)[0]}](/{name}.ipynb)",
        "<br>".join(f"• {o}" for o in goals), f"{needs} ({level})",
        f"text {text}, with code {code}; exercises {each}", "<br>".join(files)]
    return "| " + " | ".join(cells) + " |"


def section_link(title, name):
    "A section of the study `name`, and the point that ends it"
    if not title:       # the answer that stands there is closed: `fold_answer`
        return f'<a href="{name.rpartition("/")[2]}.html#question"><em>Its beginning</em></a>.'
    anchor = re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")
    return f"[*{title}*](/{name}.ipynb#{anchor})" + "."*(title[-1] != "?")


def lesson(plan, studies, goals, cfg):
    "A lesson with the minutes of each step: of its headings, its exercise, or all that is left"
    names = {o: next(n for n in studies if n.endswith(f"/{o}")) for o in plan["reaches"]}
    nbs = {o: read_nb(studies[n]) for o, n in names.items()}
    solving = {o: minutes_of_exercises(nb) for o, nb in nbs.items()}
    if plan.get("asks"):        # a class reads what its hand-out has
        for cell in chain(*(nb.cells for nb in nbs.values())):
            if cell.cell_type == "markdown": cell.source = GIVEN_AWAY.sub("", cell.source)
    found = {o: sections(nb) for o, nb in nbs.items()}
    main, *_ = names
    def of(step):
        study = step.get("study", main)
        if "exercise" in step: return solving[study][step["exercise"]-1]
        takes = sum(minutes(found[study][o])[1] for o in step.get("sections", ()))
        return max(5, 5*round(SLOWER*takes/5)) if takes else None
    def what(step):
        name = names[step.get("study", main)]
        if "exercise" in step: return f"[Exercise {step['exercise']}](/{name}.ipynb#exercises)."
        return " ".join(section_link(o, name) for o in step.get("sections", ()))
    each = [of(o) for o in plan["steps"]]
    left = plan["minutes"]-sum(filter(None, each))
    once = sum(minutes(found[o.get("study", main)][s])[1] for o in plan["steps"]
        for s in o.get("sections", ()))
    if each.count(None) != 1 or left < 5: sys.exit(f"docs/teaching.toml: {plan['name']}: {each}")
    files = "; ".join(without(studies[o], cfg) for o in names.values())
    says = "its later parts name the faults" if plan.get("asks") else "its text says what comes out"
    rows = ["| before class | Each student makes ready with [these lines](#before-class). "
        f"Do not hand out the notebook ({files}) before the plan says so: {says}. Once it is "
        "opened, students run its cells from the first to the one that loads the images. In "
        "Colab, which keeps nothing, they do so then, or in [minutes of their own](#in-colab). |"]
    at = 0
    for step, n in zip(plan["steps"], each):
        rows.append(f"| {at} to {at+(n or left)} | {what(step)} {step['do']} |")
        at += n or left
    titles = {o: title_and_lead(nb)[0] for o, nb in nbs.items()}
    home = " and ".join(f"exercise {i}{f' of {titles[o]}'*(len(names) > 1)} "
        f"({solving[o][i-1]} minutes)" for o, numbers in plan["home"].items() for i in numbers)
    reached = [goals[o][i-1] for o, numbers in plan["reaches"].items() for i in numbers]
    later = [o for name in names for o in goals[name] if o not in reached]
    pages = " and ".join(f"[{titles[o]}](/{n}.ipynb)" for o, n in names.items())
    rest = "the rest of the study" if len(names) == 1 else "the rest of both studies"
    return [f"## {plan['name']}", "", *[plan.get("when", ""), ""]*("when" in plan),
        f"With {pages}. Afterwards "
        f"one can {'; '.join(reached)}. At home: {rest}, and "
        f"{home}{'; then one can also ' * bool(later)}{'; '.join(later)}.", "",
        f"The text and code of its steps take {5*round(once/5)} minutes to read once; the plan "
        "gives twice that to talk and run. Count on anything between: no class has tried it.", "",
        "| minutes | what |", "|---|---|", *rows, ""]


def behind(summary, lines):
    "Lines of Markdown that one opens"
    return [f"<details><summary>{summary}</summary>", "", *lines, "", "</details>", ""]


def folded(summary, lines):
    "The same in an item of a numbered list"
    return [f"   {o}".rstrip() for o in behind(summary, lines)]


def before_class(studies, cfg):
    "What installs the package and downloads the images of all studies"
    code = "\n".join(cell.source for path in studies.values() for cell in read_nb(path).cells
        if cell.cell_type == "code")
    names = ", ".join(sorted({*re.findall(r'load_images\(("MNIST\w*")', code)}))
    name, _, source = requirement(cfg).partition(" @ ")
    return ["## Before class", "", "In a notebook, the same lines for every study; the last one "
        "downloads the images, once:", "", "```python", f'source = "{source}"',
        f'%pip install -q "{name} @ {{source}}"', "from mnist_losses.data import load_images",
        f"for name in {names}: load_images(name)", "```", "", "## In Colab", "",
        "A student opens the Colab link of a notebook, signs in to Google, says that a notebook "
        "which Google did not write may run, and runs its cells from the first. The runtime that "
        "Colab gives, a CPU, is the right one: no study needs a GPU. The first cell installs the "
        "package; how long that takes there was not measured, so try it before the lesson. A new "
        "session has neither package nor images, whatever was done before class. What a student "
        "writes stays only in a copy: *File*, *Save a copy in Drive*.", ""]


def laptops(cfg):
    "What a class needs on machines of its own: Git or not, room, time, systems, and a test"
    at = commit(cfg.config_path)[1:] or cfg.branch
    return ["## A class of laptops", "",
        "**Git** is what the lines above need. Without it the same version comes as an archive; "
        f"a downloaded notebook then prints `Your own {cfg.lib_name} stays`: ignore it.", "",
        "```python", f'source = "{cfg.git_url}/archive/{at}.zip"',
        f'%pip install -q "{cfg.lib_name}[notebooks] @ {{source}}"', "```", "",
        SIZES, "",
        f"**Systems.** Python {settings(cfg.config_path)['min_python']} or later. Our tests run on "
        "Linux alone: neither Windows nor macOS was tried, so try one laptop of each kind before "
        "the lesson.", "",
        "**A test**, after the installation; it loads the images too:", "", "```sh",
        "python -c \"from mnist_losses.data import load_images; "
        "print(load_images('MNIST_SAMPLE'))\"",
        "```", "", "It ends with", "", "```text", TESTED, "```", ""]


def plain(said):
    "A lesson whose students type no fastai: what is typed, and what it prints"
    cells = []
    for o in said["cells"]:
        cells += [o["what"], "", "```python", o["code"].strip(), "```", "", "It prints", "",
            "```text", o["prints"].strip(), "```", ""]
    return ["## Without fastai", "", said["about"], "",
        *behind("The two cells, with what they print", cells), said["others"], ""]


def homework(said):
    "A sheet whose numbers differ from student to student"
    points = sum(o[0] for o in said["tasks"])
    tasks = [f"{i}. ({f'{n} points' if n else 'for practice'}) {task}"
        for i, (n, task, *_) in enumerate(said["tasks"], 1)]
    return ["## Homework", "", f"**{said['title']}** {said['about']} {points} points.", "",
        *behind("The code", ["```python", said["code"].strip(), "```"]),
        *behind(f"The {len(tasks)} tasks", tasks),
        "For the teacher: [the keys](/studies/answers.md), and what three sheets would report.", ""]


def runs_of(plan):
    "How many runs a plan has: of each loss, model, rate and seed"
    many = (plan.get(o, 1) for o in ("loss", "model", "lr", "noise"))
    return math.prod(len(o) if isinstance(o, list) else 1 for o in many)*plan["seeds"]


def projects(said):
    "Term projects: a question, the plan that trains for it, what that costs, what is expected"
    text = ["## Term projects", "", said["about"], ""]
    for i, o in enumerate(said["each"], 1):
        runs = runs_of(tomllib.loads(o["plan"]))
        title = f"**{o['title']}**{'.'*(o['title'][-1] != '?')}"
        text += [f"{i}. {title} {o['question']} *Data:* {o['data']}. *Computing:* {runs} "
            f"runs, {o['minutes']} minutes of one core.", "",
            *folded("What is expected, and the plan", [o["expected"], "", "```toml",
                *o["plan"].strip().split("\n"), "```", "",
                "Saved as `plan.toml`: `mnist-losses sweep plan.toml --out out`"])]
    return [*text, "| points | rubric of each project |", "|---|---|",
        *(f"| {n} | {what} |" for n, what in said["rubric"]), ""]


def check_questions(name, path, asked):
    "Three questions about the study at `path`"
    return behind(title_and_lead(read_nb(path))[0],
        [f"{i}. {question}" for i, (question, *_) in enumerate(asked, 1)])


def expected(said):
    "A model of the numbers that a sheet reports: what three students would find"
    def of(least, median, most): return f"{median:.2f} ({least:.2f} to {most:.2f})"
    return ["What three sheets would report: median, lowest and highest of the five seeds "
        "(`python -m tools.homework 0 15 30` in a checkout). Yours may differ by a few hundredths, "
        "on other processors by more.", "",
        "| N | rate | loss | accuracy, 3 epochs | accuracy, 20 epochs | wrong labels learned |",
        "|---|---|---|---|---|---|", *(f"| {o['N']} | {o['r']:.2f} | {o['loss']} | "
            f"{of(*o['early'])} | {of(*o['late'])} | {of(*o['called'])} |"
            for o in said["expected"])]


def answers_page(studies, cfg):
    "Keys and answers: a page to which only that for teachers leads, and that no search finds"
    said = tomllib.loads((cfg.config_path/"docs/teaching.toml").read_text(encoding="utf-8"))
    text = ["---", "orphan: true", "nosearch: true", "robots: noindex", "---", "# Answers", "",
        "{.lead}",
        "For [teachers](/studies/teaching.md): keys to the homework, and answers to the "
        "questions for a check, each with its section", "",
        "No list of pages has it, and a search only for its name; it is public all the same.", "",
        "## Homework", "",
        "Of the tasks for practice. Those with points have no written key: their numbers come of "
        "`python -m tools.homework N` with the student's number, and the marks are for what is "
        "said of them.", "",
        *(f"{i}. {o[2]}" for i, o in enumerate(said["homework"]["tasks"], 1) if not o[0]), "",
        *expected(said["homework"]), "", "## Questions for a check", ""]
    for name, path in studies.items():
        asked = said["questions"][name.rpartition("/")[2]]
        text += behind(title_and_lead(read_nb(path))[0],
            [f"{i}. {answer} {section_link(title, name)}"
                for i, (_, answer, title) in enumerate(asked, 1)])
    return "\n".join(text)


def teaching_page(studies, cfg):
    "The page: `studies` is the path of each by its page"
    said = tomllib.loads((cfg.config_path/"docs/teaching.toml").read_text(encoding="utf-8"))
    at = commit(cfg.config_path)
    text = ["# For teachers", "", "{.lead}",
        "What a student can do after each study, how long it takes, its files, lessons with a "
        "plan, homework, term projects, and questions for a check", "",
        "**Marks.** The solutions are public: they stand, closed, on the page of each study, and "
        "so are the [answers and keys](/studies/answers.md) to what is asked here. So notebooks "
        "and questions are for practice. Marks can be given for the tasks of the "
        "[homework](#homework) that have points, where each student has numbers of their own "
        "(anyone can compute them, from the sheet or by `python -m tools.homework N` in a "
        "checkout: mark what is said of them), and for [term projects](#term-projects).", "",
        "**Slides.** [Figures for slides](/studies/figures.md) shows all figures with their "
        "captions, to pick from; they are there in one file too.", "",
        "**Statistics.** What a band, an interval and a verdict are: [How we judge]"
        "(/glossary.ipynb#how-we-judge).", ""]
    for plan in said["lessons"]: text += lesson(plan, studies, said["goals"], cfg)
    text += [*plain(said["plain"]), *before_class(studies, cfg), *laptops(cfg)]
    text += [*homework(said["homework"]), *projects(said["projects"])]
    rows = ["| study | afterwards one can | you need | minutes | files |", "|---|---|---|---|---|"]
    for i, (name, path) in enumerate(studies.items(), 1):
        goals = said["goals"][name.rpartition("/")[2]]
        rows.append(study_row(i, name, path, read_nb(path), goals, cfg))
    text += ["## Every study", "",
        *behind("What each teaches, needs and takes, and its files", rows),
        "Minutes are counted, not tried. Text and code: as on [the page of all studies]"
        "(/studies/index.md). An exercise: 5 minutes, 1 more for each line of its solution, 1 more "
        "for each 100 words of exercise and solution. A lesson: twice the time of reading its text "
        "and code; what one reading takes stands above each plan.", "",
        "## Questions for a check", "", "Three for each study, about its goals, to be answered "
        "without a computer. [The answers](/studies/answers.md).", ""]
    for name, path in studies.items():
        text += check_questions(name, path, said["questions"][name.rpartition("/")[2]])
    text += [
        "## The same code next term", "",
        "A notebook that is taken away here installs the version that this site was made from, "
        "also where another one is installed (in Colab: *File*, *Upload notebook*). One that is "
        "opened by a Colab link installs the newest; to pin it, write behind the address in its "
        "install line", "", "```text", at or "@ and a commit", "```", "",
        "The versions of PyTorch and all else that made the numbers are in [requirements.lock]"
        f"({cfg.git_url}/blob/{at[1:] or cfg.branch}/requirements.lock). With others, and on "
        "processors that are not Intel's, last digits may differ, and a single long training may "
        "end elsewhere: in study 6, whose models learn labels by heart, by as much as seven "
        "points on a processor of AMD's ([Reference mode](/reference.ipynb)). So show the tables "
        "and figures of this site, and let a class compare many seeds, not one.", "",
        "## Cite", "", "Text, code and figures may be used and changed under one licence, "
        "[Apache 2.0](/about.ipynb#licence). Each study ends with how to cite it; all of it:", "",
        own_citation(cfg), ""]
    return "\n".join(text)

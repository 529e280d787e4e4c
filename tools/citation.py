"How to cite the project, and each study"
from textwrap import wrap

from tools.metadata import settings, verified
from tools.pages import commit, page, title_and_lead


def bibtex(kind, key, title, note, url, cfg):
    "An entry with the year of the last full re-run; the commit of the site, if git knows it"
    ini, at = settings(cfg.config_path), commit(cfg.config_path)[1:8]
    title = "\n    ".join(wrap(title, 70))
    note = ", ".join(filter(None, [f"commit {at}" if at else "", note]))
    return f"""```bibtex
@{kind}{{{key},
  title   = {{{title}}},
  author  = {{{{{ini["author"]}}}}},
  year    = {{{verified(cfg.config_path)[:4]}}},
  version = {{{cfg.version}}},
  note    = {{{note}}},
  url     = {{{url}}}
}}
```"""


def own_citation(cfg):
    "How to cite the project, as CITATION.cff has it"
    at, date = commit(cfg.config_path)[1:8], verified(cfg.config_path)
    version = f"version {cfg.version}" + f", commit {at}"*bool(at)
    return f"""{settings(cfg.config_path)["author"]} ({date[:4]}). *{cfg.lib_name}* ({version}, \
verified {date}). <{cfg.doc_url}>

""" + bibtex("software", cfg.lib_name, cfg.lib_name, f"verified {date}", cfg.doc_url, cfg)


def citation(nb, rel, cfg):
    "How to cite the study at `rel`"
    date, name = verified(cfg.config_path), page(rel)
    entry = bibtex("misc", f"{cfg.lib_name}_{name.rpartition('/')[2]}", title_and_lead(nb)[0],
        f"outputs verified {date}", f"{cfg.doc_url}{name}.html", cfg)
    licence = settings(cfg.config_path)["license"]
    return f"""## Cite this study

Text, code and figures are under {licence}. On a machine of another kind last digits may differ,
and a single long training may end elsewhere, mostly where labels are learned by heart: what is
concluded rests on many seeds. An interval that ends near 0 may have 0 in it there.
[Reference mode](../reference.ipynb) says why.

{entry}"""

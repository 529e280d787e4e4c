"README.md from nbs/index.ipynb, without Quarto: `python -m tools.readme`"
import re
from pathlib import Path
from posixpath import normpath
from shutil import rmtree

import nbformat
from nbconvert import MarkdownExporter
from nbconvert.preprocessors import TagRemovePreprocessor
from nbdev.config import get_config, nbpath2html

from tools.pages import to_faults

FILES = "index_files"  # the pictures, beside README.md
KINDS = "image/png", "text/markdown", "text/plain"


def visible(cell):
    "Whether the reader sees `cell`"
    return cell.source.strip() and not re.match(r"#\|\s*(hide|default_exp)\b", cell.source)


def page_url(doc_url, link, folder=""):
    "Address on the docs site of the notebook at `link` (relative to nbs/`folder`), with its anchor"
    path, _, anchor = link.partition("#")
    return (doc_url.rstrip("/") + "/" + nbpath2html(Path(normpath(Path(folder)/path))).as_posix()
        + (f"#{anchor}" if anchor else ""))


def readme(nb, doc_url, folder="", pictures=True):
    "Markdown text of the notebook `nb` in nbs/`folder`, and its pictures by file name"
    # nbdev-clean drops it; the code fences need it
    nb.metadata["language_info"] = {"name": "python"}
    nb.cells = [o for o in nb.cells if visible(o)]
    for cell in nb.cells:
        if cell.cell_type != "code": continue
        alt = re.search(r"^#\|\s*fig-alt:\s*(.*)", cell.source, re.M)
        if re.search(r"^#\|\s*echo:\s*false", cell.source, re.M):
            cell.metadata["tags"] = ["no-source"]
        cell.source = re.sub(r"^#\|.*\n", "", cell.source, flags=re.M)
        for out in cell.outputs:
            data = out.get("data", {})
            # one of them; HTML without the site's style is no help to a reader
            if "image/png" in data and not pictures:
                data = {"text/markdown": f"*A picture: {alt[1] if alt else 'see the page'}*"}
            kind = next((o for o in KINDS if o in data), None)
            if kind: out.data = {kind: data[kind]}
    exporter = MarkdownExporter()
    exporter.register_preprocessor(TagRemovePreprocessor(remove_input_tags={"no-source"}),
        enabled=True)
    body, res = exporter.from_notebook_node(nb, {"output_files_dir": FILES, "unique_key": "index"})
    body = re.sub(r"\]\((?!https?:)([^)\s]+\.ipynb(?:#[^)\s]*)?)\)",
        lambda m: f"]({page_url(doc_url, m[1], folder)})", body)
    body = to_faults(body, "{folder}faults/{slug}.html")
    return (re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+$", "", body, flags=re.M)).strip() + "\n",
        res["outputs"])


def main():
    cfg = get_config()
    text, pictures = readme(nbformat.read(cfg.nbs_path/cfg.readme_nb, 4), cfg.doc_url)
    rmtree(cfg.config_path/FILES, ignore_errors=True)
    for name, data in pictures.items():
        (cfg.config_path/name).parent.mkdir(exist_ok=True)
        (cfg.config_path/name).write_bytes(data)
    (cfg.config_path/"README.md").write_text(text, encoding="utf-8")


if __name__ == "__main__": main()

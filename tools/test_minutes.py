"What a study is said to take"
import re
from pathlib import Path

import nbformat

from tools.minutes import count_tables, minutes, minutes_of_exercises
from tools.study import before, box_of

ROOT = Path(__file__).parents[1]


def test_minutes_of_the_studies():
    "What a box says a study takes follows the rule that the page of all studies gives"
    v4 = nbformat.v4
    picture = v4.new_output("display_data", {"image/png": "aGk="})
    table = v4.new_output("display_data", {"text/html": "<table>"})
    code = "#| code-fold: true\n#| fig-cap: " + "word "*20 + "\n\n" + "x\n\n"*30
    cells = [v4.new_markdown_cell("word "*379 + "[one](https://a.b/ c)"),
        v4.new_code_cell(code, outputs=[picture, table])]
    assert minutes(cells) == (2.5, 5)       # 400 words and a picture; 30 lines and a table
    with_code, solving = [], []
    for path in sorted((ROOT/"nbs/studies").glob("*.ipynb")):
        nb = nbformat.read(path, 4)
        cells = before("Solutions", nb)
        said = re.search(r"about (\d+) minutes for the text, (\d+) with the code and (\d+) tables",
            box_of(nb).replace("\n", " ")).groups()
        # to the nearest five, and a little more: a sentence is no reason to change it
        assert all(abs(int(a)-b) < 3.5 for a, b in zip(said, minutes(cells))), \
            (path.name, minutes(cells))
        assert int(said[2]) == count_tables(cells), (path.name, count_tables(cells))
        with_code.append(int(said[1]))
        solving.append(sum(minutes_of_exercises(nb)))
    home = (ROOT/"nbs/index.ipynb").read_text()
    assert f"{min(with_code)} to {max(with_code)} minutes each with the code" in home
    assert f"another {min(solving)} to {max(solving)} minutes" in home


def test_minutes_of_exercises():
    v4 = nbformat.v4
    texts = "# T", "## Exercises\n\n1. " + "word "*100 + "\n2. Short.", "## Solutions", "### A"
    cells = [*map(v4.new_markdown_cell, texts), v4.new_code_cell("#| echo: false\n" + "x\n\n"*19),
        v4.new_markdown_cell("word "*200 + "\n\n### B")]
    assert minutes_of_exercises(v4.new_notebook(cells=cells)) == [25, 5]      # 5 and 19 + 3, 5

"How to cite"
import re
from html import unescape
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]


def test_a_citation_has_a_year_and_a_version(site):
    "The same as CITATION.cff's"
    text = unescape(re.sub("<[^>]+>", "", (site/"about.html").read_text()))
    text = " ".join(text.split())
    told = yaml.safe_load((ROOT/"CITATION.cff").read_text())["preferred-citation"]
    for k in "title", "year", "version", "url": assert f"{{{told[k]}}}" in text, k
    assert re.search(rf"{told['authors'][0]['name']} \({told['year']}\)\. {told['title']} "
        rf"\(version {told['version']}, commit [0-9a-f]{{7}}, .*?{told['url']}", text)
    assert re.search(r"commit [0-9a-f]{7}", text) and "@software{mnist_losses," in text

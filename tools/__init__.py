"""Build glue: what nbdev does not do, or does only with Quarto. Not in the wheel.

- `export_tests`: nbdev export processor; the notebooks' `test_*` functions become `tests/test_*.py`
- `faces`: the `__init__.py` of each wing, and all.py
- `readme`: README.md from nbs/index.ipynb
"""
import sys

# jsonschema makes a grammar of addresses when it is imported, which takes a second, for a format
# that nothing in a notebook has; without it it knows one format less
sys.modules.setdefault("rfc3987_syntax", None)

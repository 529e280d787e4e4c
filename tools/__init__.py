"""Build glue: what nbdev does not do, or does only with Quarto. Not in the wheel.

- `export_tests`: nbdev export processor; the notebooks' `test_*` functions become `tests/test_*.py`
- `faces`: the `__init__.py` of each wing, and all.py
- `readme`: README.md from nbs/index.ipynb
"""

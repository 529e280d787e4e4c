"""Build glue: what nbdev does not do, or does only with Quarto. Not in the wheel.

- `export_tests`: nbdev export processor; `test_*` functions of the notebooks become `tests/test_*.py`
- `readme`: README.md from nbs/index.ipynb
"""

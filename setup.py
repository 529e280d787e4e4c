"Package metadata comes from settings.ini; nothing is repeated here."
from configparser import ConfigParser
from pathlib import Path

from setuptools import find_packages, setup

here = Path(__file__).parent
ini = ConfigParser(delimiters="=", interpolation=None)
ini.read(here/"settings.ini", encoding="utf-8")
cfg = ini["DEFAULT"]


def lines(key): return [o.strip() for o in cfg[key].splitlines() if o.strip()]


entry_points = {"console_scripts": lines("console_scripts")}
for line in lines("entry_points"):
    group, spec = (o.strip() for o in line.split(":", 1))
    entry_points.setdefault(group, []).append(spec)

setup(
    name=cfg["lib_name"], version=cfg["version"], description=cfg["description"],
    author=cfg["author"], author_email=cfg["author_email"], license_expression=cfg["license"],
    keywords=cfg["keywords"].split(), python_requires=f">={cfg['min_python']}",
    classifiers=["Framework :: Jupyter", "Programming Language :: Python :: 3 :: Only",
                 "Topic :: Scientific/Engineering :: Artificial Intelligence"],
    packages=find_packages(include=[cfg["lib_path"], f"{cfg['lib_path']}.*"]),
    package_data={cfg["lib_path"]: ["claims_data/*.json", "claims_data/results/*",
        "doctor/faults.toml", "doctor/corpus.json", "doctor/trainings.json",
        "evidence/losses.toml"]},
    install_requires=lines("requirements"),
    extras_require={o: lines(f"{o}_requirements")
    for o in ("notebooks", "docs", "conformance", "trainers", "peers", "cluster", "dev")},
    entry_points=entry_points,
    long_description=(here/"README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    # a development install puts the whole repository on the path, so that nbdev finds tools/
    options={"editable_wheel": {"mode": "compat"}},
)

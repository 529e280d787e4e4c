# make reproduce   the published notebook's twelve runs, re-run and judged (ARGS="--seeds 5" and the like)
# make test        the tests
# make test-gpu    the tests marked gpu, on a GPU (DEVICE=cuda:1 for another); no GPU is needed for the others
# make lab         the notebooks in JupyterLab
# make prepare     after a change in nbs/: package, tests, README and the studies without solutions from the notebooks
# make outputs     after a change in nbs/: run every notebook and store what it shows
# make docs        the site, in docs/_site; make docs-serve shows it
# make check       all that CI checks
# make conformance  what other libraries say to the same logits, asked anew in an environment that has them
# make trainers  the doctor on Hugging Face's and Lightning's Trainers, in an environment that has them
# make corpus    what the doctor says of the Learners it was built on, and how they train, stored with the package (minutes)
# make peers     what other tools say of them and of those of reports, in an environment that has them (minutes)
# make photographs  what losses are worth on CIFAR-10, ten seeds anew, stored with the package (a quarter of an hour on an idle machine)
# make many-classes  what losses are worth with 10, 40 and 100 classes, ten seeds anew, stored with the package (an hour of one core)
# make bench     what everything costs, in ratios, stored with the package (minutes; nothing else should run; ARGS="--only run" for a part)
# make bench-gpu what costs on a GPU, in ratios, stored with the package (minutes)
# make fuzz      damaged files and streams, interrupted sweeps, with other random numbers each time (ARGS="SEED TRIES")
# make verified    after make check: the date and the lock file of the last full re-run, for the foot of the site's pages
# make lock        requirements.lock anew from settings.ini
# Each sets itself up in .venv from requirements.lock; Python 3.11 or newer, git and make are enough.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

# The reference mode (nbs/reference.ipynb): the same bits on every x86-64 machine with AVX2, as far as MKL keeps its promise: on Intel's
export ATEN_CPU_CAPABILITY := avx2
export MKL_CBWR := AVX2
export ONEDNN_MAX_CPU_ISA := AVX2
export OMP_NUM_THREADS := 1
# pandas and rich fit text to the window
export COLUMNS := 80
# fastai imports a part of torch that warns of its own end, with a path: not for stored outputs
export PYTHONWARNINGS := ignore::FutureWarning:torch.jit._script
# pytest, rich and Typer write other lines where these are set: outputs are those of a plain terminal
unexport CI BUILD_NUMBER GITHUB_ACTIONS FORCE_COLOR NO_COLOR PY_COLORS PYTEST_ADDOPTS TTY_COMPATIBLE

# Compiled imports are kept: building the site is mostly importing
unexport PYTHONDONTWRITEBYTECODE

.PHONY: reproduce test test-gpu lab prepare outputs docs docs-serve check verified lock unchanged wheel conformance corpus seeds peers photographs many-classes trainers bench bench-gpu fuzz

reproduce: $(READY)
	$(BIN)/mnist-losses reproduce $(ARGS)

test: $(READY)
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist worksteal $(ARGS)

DEVICE ?= cuda
test-gpu: $(READY)
	MNIST_LOSSES_DEVICE=$(DEVICE) $(BIN)/python -m pytest -m gpu $(ARGS)

lab: $(READY)
	$(BIN)/jupyter lab --notebook-dir=nbs $(ARGS)

prepare: $(READY)
	$(BIN)/python -m tools.metadata
	$(BIN)/nbdev-export
	$(BIN)/python -m tools.faces
	$(BIN)/python -m tools.schema
	$(BIN)/nbdev-clean
	$(BIN)/python -m tools.readme
	$(BIN)/python -m tools.solutions

outputs: $(READY)
	$(BIN)/python -m tools.outputs $(ARGS); status=$$?; $(BIN)/nbdev-clean; exit $$status
	$(BIN)/python -m tools.readme

docs: $(READY)
	$(BIN)/python -m tools.site
	@echo "The site is in docs/_site."

docs-serve: docs
	@echo "http://127.0.0.1:8000 until Ctrl-C"
	@$(BIN)/python -m http.server --bind 127.0.0.1 --directory docs/_site 8000

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache --no-logo
	$(MAKE) prepare unchanged
	$(MAKE) outputs
	$(BIN)/python -m tools.digits
	$(BIN)/python -m tools.readme
	$(MAKE) unchanged
	$(MAKE) wheel docs
	$(MAKE) test

verified: check
	$(BIN)/python -c 'import datetime, json, docs.conf as o; print(json.dumps({"date": str(datetime.date.today()), "lock": o.lock}))' > docs/verified.tmp
	mv docs/verified.tmp docs/verified.json
	$(BIN)/python -m tools.metadata     # its year stands in CITATION.cff

# What the notebooks make is committed: after making it anew, nothing may differ from what git has (staged or committed)
unchanged:
	@git --no-pager diff --no-ext-diff --patch --exit-code | cut -c1-200 | head -200; \
	    git --no-pager diff --no-ext-diff --stat --exit-code || { echo 'These files are not what the notebooks make: run "make prepare outputs" and commit.'; exit 1; }
	@new=$$(git ls-files --others --exclude-standard); test -z "$$new" || { echo "The notebooks make these files, which git does not have: $$new"; exit 1; }

wheel: $(READY)
	PATH="$(CURDIR)/$(BIN):$$PATH" sh tools/check_wheel.sh

# The other libraries. The packages that both environments share are those of the lock file
conformance: .venv-conformance/.ready
	.venv-conformance/bin/mnist-losses conformance --write mnist_losses/claims_data/conformance.json

corpus: $(READY)
	$(BIN)/mnist-losses doctor --corpus --only own --write mnist_losses/doctor/corpus.json
	$(BIN)/python -c 'from mnist_losses.doctor.symptoms import write_trainings; write_trainings()'

# 480 seeds of each published run
seeds: $(READY)
	$(BIN)/python -c 'from mnist_losses.claims.reproduction import write_final_values; from mnist_losses.data import load_images; write_final_values(load_images("MNIST_SAMPLE"))'

# Other tools; what the doctor says of its own set is read from what `make corpus` stored
peers: .venv-peers/.ready
	.venv-peers/bin/python -c 'from mnist_losses.evidence.peers import write_peers; write_peers()'

# CIFAR-10 where fastai keeps it, or downloaded; the file is written when the last seed is done, and a stopped run goes on with the next seed
photographs: $(READY)
	$(BIN)/python -c 'from mnist_losses.evidence.photographs import write_photographs; write_photographs()'

many-classes: $(READY)
	$(BIN)/python -c 'from mnist_losses.evidence.many_classes import write_many_classes, write_many_rates; write_many_classes(); write_many_rates()'

# Other libraries' Trainers; a test that is skipped here is one too few
trainers: .venv-trainers/.ready
	.venv-trainers/bin/python -m pytest tests/test_doctor_trainers.py $(ARGS)

.venv-%/.ready: $(READY)
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-$*
	sed -n '/^[a-z0-9]/s/ *\\$$//p' requirements.lock > .venv-$*/constraints.txt
	$(BIN)/uv pip install --quiet --python .venv-$*/bin/python --constraints .venv-$*/constraints.txt --editable ".[$*]"
	@touch $@

# With all of the machine, of which the reference mode takes a part away; the other libraries where they are. glibc keeps what it has:
# otherwise large matrices are sometimes given back and asked for anew, which says more of the allocator than of a loss
WHOLE := env -u OMP_NUM_THREADS -u ATEN_CPU_CAPABILITY -u MKL_CBWR -u ONEDNN_MAX_CPU_ISA MALLOC_MMAP_THRESHOLD_=1073741824 MALLOC_TRIM_THRESHOLD_=8589934592
STORED_BENCH := --write mnist_losses/claims_data/bench.json
bench: .venv-conformance/.ready
	$(WHOLE) $(BIN)/mnist-losses bench $(STORED_BENCH) $(ARGS)
	$(if $(ARGS),,$(WHOLE) .venv-conformance/bin/mnist-losses bench $(STORED_BENCH) --only libraries --only others)

bench-gpu: $(READY)
	$(WHOLE) $(BIN)/mnist-losses bench --device $(DEVICE) --write mnist_losses/claims_data/bench_gpu.json $(ARGS)

fuzz: $(READY)
	$(BIN)/python -m tools.fuzz $(ARGS)

lock: $(READY)
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-annotate --no-header \
	    --extra notebooks --extra docs --extra cluster --extra dev pyproject.toml --output-file requirements.lock $(ARGS)

$(READY): requirements.lock settings.ini setup.py pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else f"Python 3.11 or newer is needed; this is {v[0]}.{v[1]}. Name another: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "$$(sed -n 's/^\(uv==[^ ;]*\).*/\1/p' requirements.lock)"
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock || \
	    $(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.lock    # slower, but knows pip's settings
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

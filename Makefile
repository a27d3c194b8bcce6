# make book: set up and build the example edition. make test: set up and run all tests. Both can be run again.
.DEFAULT_GOAL := help
.PHONY: help setup book test test-long check accept bench clean
PYTHON ?= python3
BIN := .venv/bin
WORKERS := $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
EDITION := 2026-K3
QUARTERS := 2025-K4 2026-K1 2026-K2 2026-K3

help:  ## show the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

.venv/klaar: requirements.lock pyproject.toml
	@echo "== 1/2 Setting up .venv from requirements.lock (about a minute, 1.5 GB)"
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	  || { echo "Python 3.11, 3.12 or 3.13 is needed; set PYTHON=python3.12 for example"; exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@echo "== 2/2 Installing jeugd_analysis"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m compileall -q src $(BIN)/../lib >/dev/null 2>&1 || true
	@touch $@

setup: .venv/klaar  ## create .venv with the exact versions of requirements.lock

book: setup  ## build the book of the example region
	@echo "== 1/3 Example deliveries (made up)"
	$(BIN)/jeugd sample --to voorbeeld
	@echo "== 2/3 Taking them in"
	@for quarter in $(QUARTERS); do $(BIN)/jeugd add $$quarter voorbeeld/$$quarter || exit 1; done
	@echo "== 3/3 Building the book"
	$(BIN)/jeugd build $(EDITION)

test: setup  ## checks and all tests
	@echo "== Checks and tests; a failing test prints how to run it alone"
	$(MAKE) --no-print-directory check
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m "not long" $(ARGS)

test-long: setup  ## long property and load runs
	JEUGD_LANG=1 $(BIN)/python -m pytest -m long $(ARGS)

check: setup  ## format, lint, types, spelling, known leaks in packages
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/codespell src tests README.md CONTRIBUTING.md ARCHITECTURE.md GLOSSARY.md CHANGELOG.md book/decisions
	$(BIN)/python .ci/audit.py requirements.lock

accept: setup  ## renew the golden files after you have looked at the differences
	$(BIN)/python -m pytest tests/golden --accept $(ARGS)

bench: setup  ## time and memory of a full and of an unchanged build
	$(BIN)/python benchmarks/build.py

clean:  ## remove what is built (not the deliveries)
	rm -rf _build

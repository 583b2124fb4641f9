# Two commands do everything on a machine with Python 3.11, make and the package registries:
#   make demo   builds the example workspaces and names the report to open
#   make test   runs every check
.DEFAULT_GOAL := help
PYTHON ?=
BIN := .venv/bin
CODE := src tests benchmarks tools
# the tests of compiled kernels run once more as plain Python, so that coverage sees inside
KERNELS := $(wildcard tests/test_geodesy_*.py) tests/test_association_small.py \
	tests/test_phases_small.py tests/test_bearings_small.py tests/test_propagation_phases.py

.PHONY: help setup services demo test lint docs acceptance clean

help: ## say what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-10s %s\n", $$1, $$2}' Makefile

setup: ## create .venv and install exact versions (quick the second time)
	@PYTHON="$(PYTHON)" sh tools/setup.sh

services: ## install PostgreSQL, PostGIS and the like from Debian's packages, where missing
	@sh tools/services.sh

demo: setup ## build the example workspaces and their reports under demo/
	@$(BIN)/truceline demo --out demo

lint: setup ## ruff, mypy strict, import-linter
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint services ## every check: style, types, imports, tests with branch coverage
	NUMBA_DISABLE_JIT=1 $(BIN)/pytest -q -n 2 --cov --cov-report= $(KERNELS)
	$(BIN)/pytest -n 2 --cov --cov-append --cov-report=term --cov-fail-under=90

docs: setup ## write anew what is generated in README.md and docs/
	$(BIN)/python tools/write_docs.py

acceptance: setup services ## run the long measurements and write docs/acceptance.md
	$(BIN)/python tools/acceptance.py

clean: ## remove what the commands made
	rm -rf demo .venv .uv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage*

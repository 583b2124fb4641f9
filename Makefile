# Two commands do everything on a machine with Python 3.11, make and the package registries:
#   make demo   builds three example workspaces and names the report to open
#   make test   runs every check
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help setup demo test lint clean

help: ## say what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-11s %s\n", $$1, $$2}' Makefile

setup: ## create .venv and install exact versions (quick the second time)
	@PYTHON=$(PYTHON) sh tools/setup.sh

demo: setup ## build the three example workspaces and their reports under demo/
	@$(BIN)/truceline demo --out demo

lint: setup ## ruff, mypy strict, import-linter
	$(BIN)/ruff --check src tests benchmarks tools
	$(BIN)/ruff check src tests benchmarks tools
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint ## every check: style, types, imports, tests with branch coverage
	$(BIN)/pytest -n 2 --cov --cov-report=term --cov-fail-under=90

clean: ## remove what the commands made
	rm -rf demo .venv .pytest_cache .mypy_cache .ruff_cache .coverage*

# The front door: what people type. `make` alone says what there is.

.DEFAULT_GOAL := help
.PHONY: help run setup test check bench fmt docs requirements clean browser
SHELL := /bin/sh

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN_STAMP := $(VENV)/.installed-run
DEV_STAMP := $(VENV)/.installed-dev
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
TESTS ?=
BENCH ?=
PROCESSES ?= 2

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-14s%s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: setup ## Start the hall: database, web, worker; Ctrl-C stops everything
	@exec $(BIN)/weiting up

setup: $(RUN_STAMP) ## Install what running needs into .venv; the tool is then .venv/bin/weiting
	@$(BIN)/python -m config.messages compile --stale

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed, and $(PYTHON) is not there: install it, or say which: make PYTHON=…"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) -V 2>&1). Say which to use: make PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "The environment could not be made; on Debian and Ubuntu: apt-get install python3-venv"; exit 1; }

$(RUN_STAMP): requirements/run.txt pyproject.toml | $(BIN)/python
	@echo "Installing (about half a minute) …"
	@$(PIP) install --quiet --require-hashes -r requirements/run.txt
	@$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(DEV_STAMP): requirements/dev.txt $(RUN_STAMP)
	@echo "Installing what tests and checks need …"
	@$(PIP) install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

# The browser tests drive the system's Chromium; nothing is downloaded behind its package manager's back.
browser:
	@if $(BIN)/python -c 'import sys; from config.testing import chromium; sys.exit(chromium() is None)'; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing Chromium and a Chinese font …"; \
		export DEBIAN_FRONTEND=noninteractive; \
		apt-get update -qq && apt-get install -y -qq chromium fonts-wqy-microhei >/dev/null; \
	else echo "Chromium is needed for the browser tests: install it (Debian: apt-get install chromium fonts-wqy-microhei)."; exit 1; fi

test: setup $(DEV_STAMP) browser ## Run the tests; TESTS=weiting/posts runs some of them
	@$(BIN)/pytest -n $(PROCESSES) --dist loadgroup $(TESTS)

check: setup $(DEV_STAMP) ## Check style, types, contracts, migrations, translations and generated pages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/weiting manage makemigrations --check --dry-run
	$(BIN)/python -m config.messages check
	$(BIN)/python -m config.reference --check

bench: setup $(DEV_STAMP) ## Measure speed and memory beside their baselines; BENCH=--text the text tools too
	@$(BIN)/python -m bench $(BENCH)

fmt: setup $(DEV_STAMP) ## Bring the code into shape
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .

docs: setup $(DEV_STAMP) ## Make the generated pages and catalogues anew
	@$(BIN)/python -m config.reference
	@$(BIN)/python -m config.messages update

requirements: ## Lock the versions anew (needs uv)
	uv lock
	uv export --frozen --no-emit-project --no-header --no-annotate --no-default-groups --group build --format requirements-txt > requirements/run.txt
	uv export --frozen --no-emit-project --no-header --no-annotate --no-default-groups --group build --group dev --format requirements-txt > requirements/dev.txt

clean: ## Remove what was installed or made; the hall's data stay
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find weiting -name '*.mo' -delete

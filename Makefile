# The project's commands. `make` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PYTHONDONTWRITEBYTECODE := 1

.DEFAULT_GOAL := help
.PHONY: help run refresh test check format bench bench-search bench-web lock chromium clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

# The environment: exactly what the lock file pins, each package by its hash.
$(VENV)/run.stamp: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; set PYTHON=..."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing what the lock file pins (a minute or two the first time) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock $(VENV)/run.stamp
	@echo "Installing what tests and checks need ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

# Generated data asked for stands in a folder of its own, so that it neither replaces a real release nor waits for one.
run: export ETL_DATA_DIR ?= $(if $(SAMPLE),data/sample,data)
run: export DASHBOARD_DATA_DIR ?= $(ETL_DATA_DIR)
run: $(VENV)/run.stamp ## Build a release if there is none, and serve the site (SAMPLE=1: generated data)
	@$(BIN)/python -m etl run --if-missing $(if $(SAMPLE),--sample,--or-sample) || test -e $(ETL_DATA_DIR)/releases/current.json
	@$(BIN)/python -m dashboard

refresh: $(VENV)/run.stamp ## Fetch the sources again and publish what changed
	@$(BIN)/python -m etl run

test: $(VENV)/dev.stamp chromium ## Run all tests, the browser's included
	@$(BIN)/python -m pytest -n 2 --dist loadfile

chromium: $(VENV)/dev.stamp
	@$(BIN)/python tests/install_chromium.py

check: $(VENV)/dev.stamp ## ruff, mypy --strict, import-linter, deptry
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/deptry .

format: $(VENV)/dev.stamp ## Format the code
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(VENV)/dev.stamp ## Measure speed and memory against a named peer
	@$(BIN)/python -m bench

bench-search: $(VENV)/dev.stamp ## Measure the site's search against DuckDB and SQLite
	@$(BIN)/python -m bench.search

bench-web: $(VENV)/dev.stamp chromium ## Measure the site's pages against their floors and a plain Dash page
	@$(BIN)/python -m bench.web

lock: ## Pin the newest versions that fit pyproject.toml (needs uv)
	uv pip compile --universal --python-version 3.11 pyproject.toml -q --upgrade --no-emit-index-url --generate-hashes --no-header -o requirements.lock
	uv pip compile --universal --python-version 3.11 pyproject.toml --extra dev -q --no-emit-index-url --generate-hashes --no-header -c requirements.lock -o requirements-dev.lock

clean: ## Remove everything that was built
	rm -rf $(VENV) data/snapshots data/releases data/build data/sample

# The project's commands. `make` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PYTHONDONTWRITEBYTECODE := 1

.DEFAULT_GOAL := help
.PHONY: help run refresh test test-oldest fuzz check audit licences sbom format bench bench-search bench-web bench-export bench-scale bench-load bench-day bench-cluster bench-servers lock chromium clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

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
	-@$(BIN)/python -m dashboard previews
	@$(BIN)/python -m dashboard

refresh: export DASHBOARD_DATA_DIR ?= $(or $(ETL_DATA_DIR),data)
refresh: $(VENV)/run.stamp ## Fetch the sources again and publish what changed
	@$(BIN)/python -m etl run; result=$$?; $(BIN)/python -m dashboard previews; exit $$result

test: $(VENV)/dev.stamp chromium ## Run all tests, the browser's included
	@$(BIN)/python -m pytest -n 2 --dist loadfile

fuzz: $(VENV)/dev.stamp ## Ask every operation of /openapi.json 200 times, in and out of its description (BASE=address of a site that runs)
	@$(BIN)/python -m schemathesis.cli run $(or $(BASE),http://127.0.0.1:8050)/openapi.json --phases examples,coverage,fuzzing --max-examples $(or $(EXAMPLES),200)

chromium: $(VENV)/dev.stamp
	@$(BIN)/python tests/install_chromium.py

# The oldest versions that pyproject.toml admits, pinned by `make lock`.
$(VENV)-oldest/stamp: requirements-oldest.lock $(VENV)/dev.stamp
	@test -x $(VENV)-oldest/bin/python || $(PYTHON) -m venv $(VENV)-oldest
	@$(VENV)-oldest/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-oldest.lock
	@touch $@

test-oldest: $(VENV)-oldest/stamp ## Run the tests that need no browser with the oldest versions that are admitted
	@$(VENV)-oldest/bin/python -m pytest -n 2 --dist loadfile tests/unit tests/data tests/app tests/contract

check: $(VENV)/dev.stamp audit licences ## ruff, mypy --strict, import-linter, deptry, advisories, licences
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/deptry .

audit: $(VENV)/dev.stamp ## Ask for advisories on what requirements.lock pins
	@$(BIN)/python tests/dependencies.py audit

licences: $(VENV)/dev.stamp ## List the licences of what requirements.lock pins; fails for one that does not go with ours
	@$(BIN)/python tests/dependencies.py licences

sbom: $(VENV)/dev.stamp ## Write sbom.json (CycloneDX): all that the site is delivered with, by version and hash
	@$(BIN)/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml --output-reproducible -o sbom.json

format: $(VENV)/dev.stamp ## Format the code
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(VENV)/dev.stamp ## Measure speed and memory against a named peer
	@$(BIN)/python -m bench

bench-search: $(VENV)/dev.stamp ## Measure the site's search against DuckDB and SQLite
	@$(BIN)/python -m bench.search

bench-web: $(VENV)/dev.stamp chromium ## Measure the site's pages against their floors and a plain Dash page
	@$(BIN)/python -m bench.web

bench-export: $(VENV)/dev.stamp ## Measure a million rows over HTTP against Datasette and DuckDB
	@test -x $(VENV)-datasette/bin/datasette || { $(PYTHON) -m venv $(VENV)-datasette && $(VENV)-datasette/bin/python -m pip install --quiet --disable-pip-version-check 'datasette>=0.65'; }
	@$(BIN)/python -m bench.export

bench-scale: $(VENV)/dev.stamp ## Measure what pages ask over 1, 10 and 30 million purchases
	@$(BIN)/python -m bench.scale

bench-load: $(VENV)/dev.stamp ## Measure 200 readers at a time, through a run that publishes and a process that is killed
	@$(BIN)/python -m bench.load

bench-servers: $(VENV)/dev.stamp ## Measure the site behind granian and behind gunicorn
	@$(BIN)/python -m bench.servers

bench-cluster: $(VENV)/dev.stamp ## Measure tidying files on Spark against this process, and from which size it pays
	@$(BIN)/python -m bench.cluster

bench-day: $(VENV)/dev.stamp ## Live through 24 simulated hours of runs with random faults, a site watching
	@$(BIN)/python -m bench.day

lock: ## Pin the newest versions that fit pyproject.toml (needs uv)
	uv pip compile --universal --python-version 3.11 pyproject.toml -q --upgrade --no-emit-index-url --generate-hashes --no-header -o requirements.lock
	uv pip compile --universal --python-version 3.11 pyproject.toml --extra dev -q --no-emit-index-url --generate-hashes --no-header -c requirements.lock -o requirements-dev.lock
	uv pip compile --universal --python-version 3.11 pyproject.toml --extra dev -q --resolution lowest-direct --no-emit-index-url --generate-hashes --no-header -o requirements-oldest.lock

clean: ## Remove everything that was built
	rm -rf sbom.json $(VENV) $(VENV)-datasette $(VENV)-oldest data/snapshots data/releases data/build data/previews data/sample data/spark

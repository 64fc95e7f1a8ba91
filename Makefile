# The commands of the house. `make` or `make help` lists them. A second run of anything is quick: what is
# already there is known by the files under .venv/, service/web/node_modules/ and service/static/dist/.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory --no-builtin-rules

HOST ?= 127.0.0.1
PORT ?= 8000
# Extra words for the tools: make test TESTS=tests/forms, make bench BENCH="--quick --json figures.json"
TESTS ?=
WORKERS ?= auto
DATABASE ?= both
BENCH ?=
PICTURES ?= var/pages

VENV := .venv
BIN := $(VENV)/bin
WEB := service/web
MODULES := $(WEB)/node_modules/.installed
BUNDLE := service/static/dist/manifest.json
ENGLISH := service/translations/en/LC_MESSAGES/messages
WORDS := $(ENGLISH).mo
WEB_SOURCES := $(wildcard $(WEB)/*.json $(WEB)/*.ts) $(shell find $(WEB)/src $(WEB)/bundling -type f 2>/dev/null)
SHIPPED := $(wildcard processes/bpmn/*.bpmn processes/bpmn/*.dmn forms/*/*.form)
NODE_NEEDED := 20.19
# The environment's own Node.js comes first: it is there only when the machine's is too old.
NODE_PATH_FIRST := PATH="$(CURDIR)/$(BIN):$$PATH"

.PHONY: help
help: ## List these commands
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup: $(VENV)/.packages $(BUNDLE) $(WORDS) ## Environment, packages and browser bundle (needs only the package registries)

.PHONY: run
run: setup ## Serve the whole house with demo accounts on http://127.0.0.1:8000 (HOST=, PORT=)
	@ZHIDA_DEMO=1 $(BIN)/zhida run --host $(HOST) --port $(PORT)

.PHONY: demo
demo: setup ## Drive one policy through all nine stages over HTTP and print what happened
	@ZHIDA_DEMO=1 $(BIN)/zhida demo

.PHONY: test
test: setup test-needs ## The whole suite, on SQLite and PostgreSQL, browser tests included (TESTS=, DATABASE=)
	@$(NODE_PATH_FIRST) $(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile --database $(DATABASE) --no-skips $(TESTS)

.PHONY: test-fast
test-fast: setup ## The suite on SQLite without browser and drills: for use while working (TESTS=)
	@$(NODE_PATH_FIRST) $(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile --database sqlite \
		-m "not browser and not drill and not postgres" $(TESTS)

.PHONY: check
check: setup ## Style, types, layers, browser types, shipped diagrams; says nothing when all is well
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/mypy --no-error-summary
	@report=$$($(BIN)/lint-imports 2>&1) || { echo "$$report"; exit 1; }
	@cd $(WEB) && $(NODE_PATH_FIRST) npx --no-install tsc --noEmit
	@report=$$(ZHIDA_DEMO=1 $(BIN)/zhida check $(SHIPPED) 2>&1) || { echo "$$report"; exit 1; }

.PHONY: bench
bench: setup ## Measure what the house costs and print a table (BENCH="--quick --json FILE")
	@$(BIN)/python -m benchmarks $(BENCH)

.PHONY: screenshots
screenshots: setup ## Take the screenshots of the README into docs/screenshots
	@$(NODE_PATH_FIRST) $(BIN)/python -m tests.browser.screenshots docs/screenshots

.PHONY: words
words: setup ## Bring the English catalogue up to date with the pages
	@$(BIN)/python -m service.translations.collect

.PHONY: every-page
every-page: setup ## Take every page at the widths of a desk, a tablet and a phone (PICTURES=var/pages)
	@$(NODE_PATH_FIRST) $(BIN)/python -m tests.browser.every_page $(PICTURES)

.PHONY: clean
clean: ## Remove everything that `make setup` and the tools made; var/ (the data) stays
	rm -rf $(VENV) $(WEB)/node_modules service/static/dist build dist zhida.egg-info .coverage
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- what the commands above stand on -------------------------------------------------------------------

$(VENV)/.python:
	@python=; for name in python3 python3.13 python3.12 python3.11; do \
		if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python="$$name"; break; fi; \
	done; \
	[ -n "$$python" ] || { echo "zhida needs Python 3.11 or newer. On Debian: apt install python3 python3-venv" >&2; exit 1; }; \
	if uv --version >/dev/null 2>&1; then \
		[ -x $(BIN)/python ] || uv venv --quiet --no-python-downloads --python "$$python" $(VENV); \
	else \
		"$$python" -c 'import ensurepip' 2>/dev/null || { \
			echo "Python's venv module is missing. On Debian: apt install python3-venv" >&2; exit 1; }; \
		"$$python" -m venv $(VENV); \
	fi
	@touch $@

$(VENV)/.packages: $(VENV)/.python requirements.txt setup.cfg pyproject.toml
	@echo "Installing the Python packages ..."
	@if uv --version >/dev/null 2>&1; then \
		uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.txt; \
		uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .; \
	else \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt; \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .; \
	fi
	@touch $@

$(WORDS): $(ENGLISH).po $(VENV)/.packages
	@$(BIN)/python -m service.translations.compile

$(VENV)/.node: $(VENV)/.python requirements-node.txt
	@needed='const [a, b] = process.versions.node.split("."); process.exit(+a > 20 || (+a === 20 && +b >= 19) ? 0 : 1)'; \
	if node -e "$$needed" 2>/dev/null && npm --version >/dev/null 2>&1; then :; else \
		echo "No Node.js >= $(NODE_NEEDED) with npm on this machine: taking it from the package index ..."; \
		if uv --version >/dev/null 2>&1; then \
			uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-node.txt; \
		else \
			$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-node.txt; \
		fi; \
	fi
	@touch $@

$(MODULES): $(VENV)/.node $(WEB)/package.json $(WEB)/package-lock.json
	@echo "Installing the browser packages ..."
	@cd $(WEB) && $(NODE_PATH_FIRST) npm ci --ignore-scripts --silent
	@touch $@

$(BUNDLE): $(MODULES) $(WEB_SOURCES)
	@echo "Building the browser bundle ..."
	@cd $(WEB) && $(NODE_PATH_FIRST) npx --no-install vite build --logLevel warn
	@touch $@

.PHONY: test-needs
test-needs:
	@missing=; \
	if ! command -v initdb >/dev/null && ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then missing="$$missing postgresql"; fi; \
	if ! command -v chromium >/dev/null; then missing="$$missing chromium"; fi; \
	if ! fc-list :lang=zh 2>/dev/null | grep -q .; then missing="$$missing fontconfig fonts-noto-cjk"; fi; \
	[ -z "$$missing" ] || { \
		echo "The tests also need:$$missing. On Debian: apt install$$missing" >&2; \
		echo "(Without them: make test-fast)" >&2; exit 1; }

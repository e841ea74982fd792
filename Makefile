# One command each. Needs python3 (3.11 or newer), git and make; everything else goes into .venv.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
LOCK := $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host
PYTEST := $(BIN)/python -m pytest
TESTS := $(PYTEST) -n 4 --dist worksteal --ignore=tests/pace

.DEFAULT_GOAL := help
.PHONY: help demo install check test coverage hazards pace encoder lock clean

help: ## What there is to do here
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

demo: .venv/run.stamp ## Try Usher in the browser, on a sample school
	@$(BIN)/usher demo $(DEMO)

install: .venv/dev.stamp ## Make .venv with the usher command and everything for development

check: .venv/dev.stamp ## Style, types, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: .venv/dev.stamp ## All tests but the benchmarks
	$(TESTS)

coverage: .venv/dev.stamp ## All tests again, twice as slow, and which lines of bot/ none of them comes by
	$(TESTS) --cov --cov-fail-under=85 --cov-report=term:skip-covered

hazards: .venv/dev.stamp ## Kill Usher at every named point, and look for canaries
	USHER_HAZARDS=$${USHER_HAZARDS:-20} $(PYTEST) -n 2 --timeout 3600 tests/hazards

pace: .venv/dev.stamp ## Measure how fast it is, beside a floor in the same run
	$(PYTEST) -p no:xdist -s tests/pace

encoder: .venv/dev.stamp ## Build the encoder's weights anew from their published source
	$(BIN)/python -m bot.understanding.build_encoder

lock: .venv/dev.stamp ## Pin every dependency anew, with hashes
	$(PIP) install pip-tools
	$(LOCK) --only-build-deps --build-deps-for=editable -o requirements-build.lock pyproject.toml
	$(LOCK) -o requirements.lock pyproject.toml
	$(LOCK) --extra=dev -c requirements.lock -o requirements-dev.lock pyproject.toml

clean: ## Remove .venv and what tools left behind; the records in .usher stay
	rm -rf .venv *.egg-info build dist .coverage .coverage.* htmlcov .pytest_cache .mypy_cache \
		.ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/made.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Usher needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 ..." >&2; exit 1; }
	$(PYTHON) -m venv .venv
	@touch $@

.venv/run.stamp: requirements.lock requirements-build.lock pyproject.toml .venv/made.stamp
	@echo "Installing what Usher needs into .venv; once, a minute or so ..." >&2
	$(PIP) install --require-hashes -r requirements-build.lock -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation --no-index -e .
	@touch $@

.venv/dev.stamp: requirements-dev.lock .venv/run.stamp
	$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

# Each target sets up what it needs by itself, from the locked dependencies.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCK := requirements
ARGS ?=

.PHONY: serve test check bench lint types layers format lock wheel clean

serve: $(VENV)/.run                ## serve the SuperOffice contract (ARGS="--port 9000 …")
	$(BIN)/mockserver serve $(ARGS)

test: $(VENV)/.dev                 ## every test
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile $(ARGS)

check: lint types layers test      ## what CI holds a change to

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

layers: $(VENV)/.dev
	$(BIN)/lint-imports

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.dev .venv-peers/.ready  ## ratios within one run, beside peers (docs/performance.md)
	$(BIN)/python -m benchmarks $(ARGS)

# Peers have needs that contradict ours, and those of Node are there only where Node is.
.venv-peers/.ready: benchmarks/peers/requirements.txt benchmarks/peers/package.json
	$(PYTHON) -m venv .venv-peers
	.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check -r benchmarks/peers/requirements.txt
	if command -v npm >/dev/null; then npm install --no-fund --no-audit --no-package-lock --loglevel=error --prefix benchmarks/peers; fi
	touch $@

wheel: $(VENV)/.dev
	$(BIN)/python -m pip wheel --no-deps --wheel-dir dist .

lock:                              ## pin what pyproject.toml asks for, with hashes, for every platform
	uv pip compile --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --python-version 3.11 pyproject.toml -o $(LOCK)/run.txt
	uv pip compile --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --python-version 3.11 $(LOCK)/build.in -o $(LOCK)/build.txt
	uv pip compile --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --python-version 3.11 --extra dev --constraint $(LOCK)/run.txt --constraint $(LOCK)/build.txt pyproject.toml -o $(LOCK)/dev.txt

clean:
	rm -rf $(VENV) .venv-peers benchmarks/peers/node_modules dist build .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "mockserver needs Python 3.11 or newer: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv $(VENV)

# Two sets: what serving needs, and what developing needs. The second holds the first.
$(VENV)/.run: $(BIN)/python $(LOCK)/run.txt $(LOCK)/build.txt pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(LOCK)/build.txt -r $(LOCK)/run.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.dev: $(VENV)/.run $(LOCK)/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(LOCK)/dev.txt
	touch $@

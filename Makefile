# The whole developer interface: make setup | demo | test | bench | fuzz | truth | lint | wheel, each with ARGS="…".
SHELL := /bin/sh
PY := .venv/bin/python
STATIC := src/rtclens/web/static/index.html
WEB_SOURCES := $(shell find web -type f -not -path '*/node_modules/*' -not -path '*/test-results/*' 2>/dev/null)
PYTHON ?= python3
ARGS ?=

.PHONY: setup python web demo test lint bench fuzz truth docs lock wheel clean ci

setup: python web

python: .venv/.installed

.venv/.installed: pyproject.toml requirements.lock scripts/uv.sh
	@uv=$$(PYTHON=$(PYTHON) scripts/uv.sh) && \
	{ [ -x $(PY) ] || "$$uv" venv --quiet --python $(PYTHON) .venv; } && \
	"$$uv" pip sync --quiet --python $(PY) --require-hashes requirements.lock && \
	"$$uv" pip install --quiet --python $(PY) --no-deps --editable . && \
	touch $@

web: $(STATIC)

web/node_modules/.installed: web/package-lock.json
	@cd web && npm ci --no-audit --no-fund --loglevel=error && touch node_modules/.installed

$(STATIC): web/node_modules/.installed $(WEB_SOURCES)
	@cd web && npm run --silent build
	@touch $@

demo: setup
	@.venv/bin/rtclens demo $(ARGS)

test: setup
	@$(PY) -m pytest $(ARGS)
	@cd web && npm test --silent

lint: setup
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@cd web && npm run --silent check && npm run --silent lint

bench: setup
	@$(PY) -m bench $(ARGS)

fuzz: python
	@$(PY) -m fuzz $(ARGS)

truth: python
	@$(PY) -m truth $(ARGS)

docs: python
	@$(PY) scripts/docs.py

lock:
	@uv=$$(scripts/uv.sh) && "$$uv" pip compile pyproject.toml --quiet --group dev --all-extras --universal \
	  --generate-hashes --no-header --output-file requirements.lock

wheel: setup
	@uv=$$(scripts/uv.sh) && "$$uv" build --quiet --wheel --out-dir dist .
	@ls dist/*.whl

ci:
	@bash .ci/run

clean:
	@rm -rf .venv .tools dist src/rtclens/web/static web/node_modules .mypy_cache .ruff_cache .pytest_cache

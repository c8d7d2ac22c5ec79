# What a person types here; `make help` lists it. Needs git, make and Python 3.11 or newer: each target first sets up
# whatever else it needs, once (scripts/setup). Paths are relative, so the folder may lie anywhere and be moved.
#
#   PYTHON=python3.13        makes .venv with that Python
#   PORT=8080                the port of `make serve`
#   BASE=name                what `make preview` compares with (a branch, tag, commit or folder)
#   PAPER=letter             prints on that paper (a4, letter or both)
#   DOT=/usr/bin/dot         draws with that program instead of the one in .venv
#   ARGS='-k name'           more arguments for the command behind the target

PORT ?= 8000
PAPER ?= a4
BASE ?= main
ARGS ?=
BIN := .venv/bin

# Files are read and written alike whatever the language of the system.
export PYTHONUTF8 := 1
# The theme's advertisement for its successor, at every start.
export NO_MKDOCS_2_WARNING := 1

# A branch's name is text: make reads nothing into it, and does not hand it on.
unexport BRANCH BASE

MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DEFAULT_GOAL := help
.PHONY: help serve site print archive preview preview-untrusted check test campaign accept lint format lock setup browser clean

help: ## list what can be typed
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-17s %s\n", $$1, $$2 }' Makefile

serve: setup .schema/.stamp ## show the site on http://127.0.0.1:8000 and follow every change (PORT=8080: another port)
	@exec $(BIN)/mkdocs serve -a 127.0.0.1:$(PORT) $(ARGS)

site: setup .schema/.stamp ## build the site into site/
	@umask 022 && $(BIN)/inventory build $(ARGS)

# The site without ARGS, which are the printer's.
print: setup .schema/.stamp browser ## build the site, and print runbooks, sheets and binders into site/print/ (PAPER=letter or both: other paper)
	@umask 022 && $(BIN)/inventory build
	@$(BIN)/inventory print --paper '$(PAPER)' $(ARGS)

archive: setup ## pack what `make site` and `make print` built into build/inventory-offline.zip, which opens without a server
	@$(BIN)/inventory archive $(ARGS)

preview: setup .schema/.stamp ## build the site with what changes since BASE=main marked into site-preview/, and a page of changes
	@umask 022 && $(BIN)/inventory preview '$(subst ','\'',$(value BASE))' $(ARGS)

preview-untrusted: setup ## build BRANCH=name of a stranger into site-untrusted/, with no code of it (BASE=main: marks what changes since)
	@sh scripts/preview-untrusted '$(subst ','\'',$(value BRANCH))' '$(if $(filter command,$(origin BASE)),$(subst ','\'',$(value BASE)))'

check: setup .schema/.stamp ## say what is wrong with the data
	@$(BIN)/inventory check $(ARGS)

test: setup .schema/.stamp browser ## run all tests (ARGS='-k name': some of them)
	@$(BIN)/pytest $(ARGS)

campaign: setup ## try broken input, kills and full disks by the thousand (half an hour; ARGS='--only reading': a part)
	@$(BIN)/python -m tests.campaign $(ARGS)

accept: setup .schema/.stamp browser ## run all tests and take what they got as the new golden files
	@$(BIN)/pytest --accept $(ARGS)

# Every linter speaks, even where one before it found something.
lint: setup ## check style, types, who imports whom, workflows and scripts
	@failed=; \
	$(BIN)/ruff check . || failed=1; \
	$(BIN)/ruff format --check . || failed=1; \
	$(BIN)/mypy || failed=1; \
	$(BIN)/lint-imports --no-logo || failed=1; \
	$(BIN)/yamllint --strict $(wildcard .github data diagrams mkdocs.yml) || failed=1; \
	$(BIN)/shellcheck $(filter-out %.cjs,$(wildcard scripts/*)) .ci/run || failed=1; \
	$(BIN)/zizmor --offline --pedantic --quiet .github || failed=1; \
	sh scripts/actionlint || failed=1; \
	test -z "$$failed"

format: setup ## lay out the Python code as the linter wants it
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .

lock: ## write requirements.txt anew from pyproject.toml (ARGS=--upgrade: with the newest versions)
	@sh scripts/lock $(ARGS)

setup: ## set up .venv (every target that needs it does so by itself)
	@sh scripts/setup

browser: setup
	@sh scripts/browser

# The JSON Schemas that editors complete and validate data files with.
.schema/.stamp: $(wildcard macros/model/*.py macros/schema.py) requirements.txt | setup
	@$(BIN)/inventory schema
	@touch $@

clean: ## remove all that was built (.venv stays)
	@rm -rf site site-untrusted site-preview build .schema .cache tests/output *.egg-info
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name .venv -prune -o -name .git -prune -o -type d -name __pycache__ -prune -exec rm -rf {} +

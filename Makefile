# Everything needs python3 (3.11 or later), git and make; the rest is installed into .venv
# from the lock files, by hash.

VENV ?= .venv
ESTATES := examples/kubeflow examples/native
WORKFLOWS := .github/workflows gitops/scaffold/dot-github/workflows
ACTIONLINT := github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet

# A stamp is named after what was installed, so that a second run, or a branch and back, is instant.
key = $(firstword $(shell cat $(1) pyproject.toml | cksum))
RUNTIME := $(VENV)/.installed-$(call key,requirements.lock)
DEV := $(VENV)/.installed-dev-$(call key,requirements-dev.lock)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo render test fresh check lint types layers docs docs-check workflows lock clean

help: ## list what there is to make
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1~\2/p' $(MAKEFILE_LIST) | awk -F'~' '{printf "%-22s %s\n", $$1, $$2}'

demo: $(RUNTIME) ## render and validate the sample estate, and say what came of it
	@echo "== rendering examples/kubeflow: every manifest under examples/kubeflow/rendered/"
	@$(BIN)/gitops -C examples/kubeflow render
	@echo "== validating it: declarations, templates and every manifest"
	@$(BIN)/gitops -C examples/kubeflow validate
	@echo "== and is what git holds fresh?"
	@$(BIN)/gitops -C examples/kubeflow render --check

render: $(RUNTIME) ## render the sample estates, and write their schemas for editors
	@set -e; for estate in $(ESTATES); do echo "== $$estate"; \
		$(BIN)/gitops -C $$estate schema; $(BIN)/gitops -C $$estate render; done

test: $(DEV) ## run all tests
	@echo "== running all tests"
	$(BIN)/pytest -n auto $(PYTEST_ARGS)

fresh: $(RUNTIME) ## are the sample estates rendered and valid?
	@set -e; for estate in $(ESTATES); do echo "== $$estate"; \
		$(BIN)/gitops -C $$estate render --check; $(BIN)/gitops -C $$estate schema --check; \
		$(BIN)/gitops -C $$estate validate; done

check: lint types layers fresh docs-check workflows ## everything but the tests

lint: $(DEV) ## ruff
	$(BIN)/ruff check .

types: $(DEV) ## mypy, strict
	$(BIN)/mypy

layers: $(DEV) ## imports point down only
	$(BIN)/lint-imports

docs: $(DEV) ## write the reference pages
	$(BIN)/python -m docs

docs-check: $(DEV) ## fail if a reference page is stale
	$(BIN)/python -m docs --check

workflows: $(DEV) ## zizmor over the workflows, offline, and actionlint where Go can build it
	$(BIN)/zizmor --offline --no-progress --quiet --persona=pedantic $(WORKFLOWS)
	@if command -v go >/dev/null; then \
		echo "go run $(ACTIONLINT)"; go run $(ACTIONLINT) $(wildcard $(WORKFLOWS:%=%/*.yaml)); \
	else echo "left out: actionlint is built with Go, which is not installed"; fi

lock: $(DEV) ## resolve the dependencies anew into the lock files
	$(call compile,--group build,requirements.lock)
	$(call compile,--group build --group dev --constraints requirements.lock,requirements-dev.lock)

compile = $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-config --custom-compile-command "make lock" $(1) pyproject.toml -o $(2)

clean: ## remove the environment and everything that was built
	rm -rf $(VENV) build dist site *.egg-info .gitops .pytest_cache .mypy_cache .ruff_cache \
		.import_linter_cache .hypothesis .benchmarks .cache $(ESTATES:%=%/.gitops)
	find gitops tests benchmarks docs -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUNTIME): | $(BIN)/python
	@echo "== installing the locked dependencies (requirements.lock) into $(VENV)"
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): | $(BIN)/python
	@echo "== installing the locked dependencies (requirements-dev.lock) into $(VENV)"
	@$(PIP) --require-hashes -r requirements-dev.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@ $(RUNTIME)

$(BIN)/python:
	@for python in $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11); do \
		if $$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			echo "== making the environment $(VENV) with $$($$python --version)"; \
			exec $$python -m venv $(VENV); \
		fi; \
	done; \
	echo "make: $(if $(PYTHON),$(PYTHON) is not Python 3.11 or later with its venv module,there is no Python 3.11 or later with its venv module here);" >&2; \
	echo "      install one (on Debian: python3 and python3-venv), or name it: make PYTHON=/path/to/python3" >&2; \
	exit 1

# What needs more than Python: the real control plane, and the real sync engine.
-include tests/cluster/targets.mk tests/sync/targets.mk

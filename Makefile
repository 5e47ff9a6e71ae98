# Two commands for a fresh clone: `make demo` and `make test`. Both need Python 3.11 or later,
# git and make, and no network but the package index.

PYTHON ?= $(firstword $(foreach name,python3 python3.14 python3.13 python3.12 python3.11,\
	$(shell $(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(name))))
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
EXAMPLES := examples/kubeflow examples/native

.DEFAULT_GOAL := help
.PHONY: help demo test check lint types layers render fresh docs docs-check lock clean

help: ## what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(READY) ## render the sample estate, validate it, print the summary
	@echo "--- rendering examples/kubeflow: every manifest is validated before one is written"
	$(BIN)/gitops -C examples/kubeflow render
	@echo "--- and is rendered/ in git what it should be?"
	$(BIN)/gitops -C examples/kubeflow render --check

test: $(READY) ## run all tests
	@echo "--- running all tests"
	$(BIN)/pytest -n auto $(PYTEST_ARGS)

check: lint types layers fresh docs-check ## everything but the tests

lint: $(READY) ## ruff, and the workflows' own linters
	$(BIN)/ruff check .
	$(BIN)/actionlint
	$(BIN)/zizmor --offline --no-progress --quiet .github

types: $(READY) ## mypy, strictly
	$(BIN)/mypy

layers: $(READY) ## imports point down only
	$(BIN)/lint-imports

render: $(READY) ## render the sample estates
	@set -e; for estate in $(EXAMPLES); do (set -x; $(BIN)/gitops -C $$estate render); done

fresh: $(READY) ## are the sample estates rendered and valid?
	@set -e; for estate in $(EXAMPLES); do \
	  (set -x; $(BIN)/gitops -C $$estate render --check; $(BIN)/gitops -C $$estate validate); done

docs: $(READY) ## write the generated pages and schemas anew
	$(BIN)/python -m gitops.declarations.reference docs

docs-check: $(READY) ## are the generated pages fresh?
	$(BIN)/python -m gitops.declarations.reference docs --check

lock: $(READY) ## lock the dependencies anew, with hashes
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 \
	  pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 \
	  pyproject.toml --group dev -o requirements-dev.lock

clean: ## remove the environment and every cache
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build *.egg-info

# The environment, as locked; made once, and again when the lock changes.
$(READY): requirements-dev.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed (python3)"; exit 1; }
	@echo "--- making the environment in $(VENV) with $(PYTHON) (once)"
	$(PYTHON) -m venv $(VENV)
	@echo "--- installing the locked dependencies"
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)

-include tests/cluster/targets.mk

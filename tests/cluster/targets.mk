# The real programs under test. They need Go, and nothing from outside but Go modules.
ESTATE ?= examples/kubeflow
CLUSTER ?=

.PHONY: cluster stop-cluster test-cluster test-sync

cluster: $(DEV) ## boot a real control plane with a rendered estate in it (ESTATE=, CLUSTER=)
	@$(BIN)/python -m tests.cluster $(ESTATE) $(if $(CLUSTER),--cluster $(CLUSTER))

stop-cluster: $(DEV) ## end every control plane that "make cluster" started
	@$(BIN)/python -m tests.cluster stop

test-cluster: $(DEV) ## run the tests against Kubernetes, Tekton, istiod's filters and Envoy
	$(BIN)/python -m pytest -m cluster tests/cluster tests/upstream $(ARGS)

test-sync: $(DEV) ## run the tests with Flux's own controllers
	$(BIN)/python -m pytest -m cluster tests/sync $(ARGS)

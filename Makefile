# CacheCluster. `make help` lists what can be made.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

NODES ?= 3
OVERLAY ?= manifests/overlays/all-namespaces
STORY ?=
GO := e2e/kubernetes e2e/writer e2e/gitops e2e/certmanager

help: ## This list
	@echo "CacheCluster: a TLS-only cache from one kubectl apply"; echo
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo; echo "  NODES=3       nodes of the rig     NAME=Story       one story alone"
	@echo "  KUBECONFIG=…  a cluster of your own instead of the rig, with IMAGE=… for the operator"

demo: ## A real Kubernetes here, the operator in it, a cache, and a client that talks to it
	@scripts/demo.sh

test: ## Everything that CI runs: unit, component, faults, and short stories on a real Kubernetes
	@scripts/test.sh

unit: ## Only what needs no cluster
	@scripts/test.sh unit

build: ## Compile and package the Java modules
	@scripts/maven.sh -q package -DskipTests

images: ## Images of engines, writer and operator as archives
	@scripts/images.sh

cluster: ## Start the rig, a real Kubernetes of NODES nodes (needs root)
	@scripts/rig.sh up $(NODES)

cluster-down: ## Stop the rig and leave nothing behind
	@scripts/rig.sh down

kubeconfig: ## Print the path of the rig's kubeconfig
	@scripts/rig.sh kubeconfig

prove: ## Prove every promise of the rig on a rig of its own (3 minutes)
	@scripts/rig.sh prove

install: ## Apply the operator's manifests to the cluster of KUBECONFIG (default: the rig)
	@scripts/install.sh apply $(OVERLAY)

uninstall: ## Remove them again; refuses while caches exist
	@scripts/install.sh delete $(OVERLAY)

dev: ## Build the operator, put it into the running rig, and follow its log
	@scripts/dev.sh

story: ## One story alone: make story NAME=CreatesTlsOnlyCache
	@scripts/stories.sh $(NAME)

faults: ## Errors of the API at every kind of request, and crashes at every point of every write, in full form (15 minutes; needs the engines' images)
	@scripts/maven.sh -q -pl crds,operator test -Dtest=ApiFaultTest,CrashMatrixTest,DamagedSecretTest,SimulationTest -Dfaults.full=true -Dsurefire.failIfNoSpecifiedTests=false

hostile: ## 10,000 hostile strings in every field of both kinds, and 300 users made of them on real servers (needs the engines' images)
	@scripts/maven.sh -q -pl crds,operator test '-Dtest=Hostile*Test' -Djqwik.tries.default=10000 -Dhostile.accepted=300 -Dhostile.rendered=1 -Dsurefire.failIfNoSpecifiedTests=false

e2e: ## All stories in their full form (long)
	@scripts/cert-manager.sh test
	@STORIES_FULL=true scripts/stories.sh

bench: ## Measure, and write docs/benchmarks.md
	@scripts/bench.sh

bench-storage: ## Measure what it costs to keep data, and write docs/benchmarks.md
	@scripts/bench-storage.sh

fmt: ## Format the Java and Go sources
	@scripts/maven.sh -q spotless:apply
	@gofmt -w $(GO)

check-fmt: ## Fail on sources that are not formatted
	@scripts/maven.sh -q spotless:check
	@test -z "$$(gofmt -l $(GO))" || { gofmt -l $(GO); echo "run: make fmt"; exit 1; }

clean: ## Remove what was built (not the rig: make cluster-down)
	rm -rf */target e2e/stories/target e2e/lettuce-writer/target e2e/kubernetes/bin e2e/writer/bin e2e/images/build

.PHONY: help demo test unit faults build images cluster cluster-down kubeconfig prove install uninstall dev story hostile e2e bench bench-storage fmt check-fmt clean

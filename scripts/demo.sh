#!/usr/bin/env bash
# From nothing to a cache that a client talks to. A second run is quick.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
namespace=cachecluster-demo
begin=$SECONDS
say() { printf '\n\033[1m[%3d s] %s\033[0m\n' $((SECONDS - begin)) "$*"; }

. scripts/target.sh
if [ "$target" = own ]; then
  say "Your own cluster, context $(kubectl config current-context): nothing is started here"
else
  say "A real Kubernetes on this machine"
  scripts/rig.sh up "${NODES:-3}"
  . scripts/target.sh
  say "Images, as archives"
  scripts/images.sh
  e2e/kubernetes/bin/kuberig images load e2e/images/build/operator.tar e2e/images/build/valkey-8.1.tar e2e/images/build/writer.tar
fi

say "The operator: kubectl apply -k manifests/overlays/all-namespaces"
scripts/install.sh apply manifests/overlays/all-namespaces
say "A cache: kubectl apply -f examples/01-minimal.yaml"
"${kubectl[@]}" get namespace $namespace >/dev/null 2>&1 || "${kubectl[@]}" create namespace $namespace
"${kubectl[@]}" -n $namespace apply -f examples/01-minimal.yaml
applied=$SECONDS
last=
while :; do
  line=$("${kubectl[@]}" -n $namespace get cachecluster demo -o 'jsonpath={.status.plan}')
  [ "$line" = "$last" ] || echo "  $line"
  last=$line
  healthy=$("${kubectl[@]}" -n $namespace get cachecluster demo \
    -o 'jsonpath={range .status.conditions[?(@.status=="True")]}{.type}{" "}{end}')
  case " $healthy " in *" Ready "*) case " $healthy " in *" TopologyHealthy "*) break ;; esac ;; esac
  if [ $((SECONDS - applied)) -gt 180 ]; then
    echo "The cache is not ready after three minutes. It says of itself:" >&2
    "${kubectl[@]}" -n $namespace get cachecluster demo -o 'jsonpath={range .status.conditions[*]}{.type}={.status} {.reason}: {.message}{"\n"}{end}' >&2
    exit 1
  fi
  sleep 0.5
done

say "kubectl get cacheclusters"
"${kubectl[@]}" -n $namespace get cacheclusters
say "Access for an application: kubectl apply -f examples/client/user.yaml"
"${kubectl[@]}" -n $namespace apply -f examples/client/user.yaml
if ! "${kubectl[@]}" -n $namespace wait --for=condition=Ready cacheuser/client --timeout=60s >/dev/null; then
  "${kubectl[@]}" -n $namespace get cacheuser client -o 'jsonpath={range .status.conditions[*]}{.type}={.status} {.reason}: {.message}{"\n"}{end}' >&2
  exit 1
fi
"${kubectl[@]}" -n $namespace get cacheusers
say "A client in a pod, over mutual TLS, with the binding Secret client-binding"
"${kubectl[@]}" -n $namespace delete job client --ignore-not-found >/dev/null
if [ "$target" = own ]; then
  client=examples/client/own-cluster
else
  client=examples/client/rig
fi
"${kubectl[@]}" -n $namespace apply -f $client.yaml >/dev/null
if ! "${kubectl[@]}" -n $namespace wait --for=condition=Complete job/client --timeout=90s >/dev/null; then
  "${kubectl[@]}" -n $namespace describe job/client | tail -n 20 >&2
  "${kubectl[@]}" -n $namespace logs job/client >&2 || true
  exit 1
fi
"${kubectl[@]}" -n $namespace logs job/client
say "Done"
if [ "$target" = own ]; then
  echo "Clean up:  kubectl delete namespace $namespace; make uninstall"
else
  echo "Look around:  export KUBECONFIG=$KUBECONFIG; kubectl -n $namespace get cachecluster,pods,services"
  echo "Clean up:     make cluster-down"
fi

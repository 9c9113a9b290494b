#!/usr/bin/env bash
# install.sh apply|delete OVERLAY: puts the operator's manifests into a cluster, or takes them out.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
. scripts/target.sh
action=$1 overlay=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo "cluster: $(${kubectl[0]} ${kubectl[@]:1} config current-context)"
case $action in
  apply)
    if [ "$target" = own ] && [ -z "${IMAGE:-}" ]; then
      echo "Set IMAGE to an operator image that this cluster can pull (see e2e/images/Dockerfile.operator)." >&2
      exit 1
    fi
    if [ -n "${IMAGE:-}" ]; then
      "${kubectl[@]}" kustomize "$overlay" | sed "s|image: docker.io/cachecluster/operator:.*|image: $IMAGE|" >"$work/all.yaml"
      "${kubectl[@]}" apply -f "$work/all.yaml"
    else
      "${kubectl[@]}" apply -k "$overlay"
    fi
    "${kubectl[@]}" -n cachecluster-system rollout status deployment/cachecluster-operator --timeout=180s
    ;;
  delete)
    left=$("${kubectl[@]}" get cacheclusters --all-namespaces --no-headers 2>/dev/null | wc -l)
    if [ "$left" -gt 0 ]; then
      echo "$left cache(s) exist, and would be deleted with their definition. Delete them first, if that is meant:" >&2
      "${kubectl[@]}" get cacheclusters --all-namespaces >&2
      exit 1
    fi
    left=$("${kubectl[@]}" get cacheusers --all-namespaces --no-headers 2>/dev/null | wc -l)
    if [ "$left" -gt 0 ]; then
      echo "$left CacheUser(s) exist, and only the operator can let them go. Delete them first: kubectl delete cacheusers --all -A" >&2
      exit 1
    fi
    "${kubectl[@]}" delete -k "$overlay" --ignore-not-found
    ;;
  *) echo "usage: install.sh apply|delete OVERLAY" >&2; exit 2 ;;
esac

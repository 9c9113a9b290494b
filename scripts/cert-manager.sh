#!/usr/bin/env bash
# Builds the cert-manager that the stories start beside the rig; the first build takes minutes, later ones seconds.
# "cert-manager.sh test" runs its unit tests instead, with the same flags, so that both share one build cache.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../e2e/certmanager"
export CGO_ENABLED=0
case "${1:-}" in
  "")
    [ -x bin/certmanager ] || echo "cert-manager: the first build takes a few minutes"
    go build -trimpath -ldflags "-s -w" -o bin/certmanager .
    ;;
  test) go vet -trimpath ./... && go test -trimpath -count=1 ./... ;;
  *)
    echo "usage: cert-manager.sh         build e2e/certmanager/bin/certmanager"
    echo "       cert-manager.sh test    run its unit tests"
    exit $([ "$1" = --help ] || [ "$1" = -h ] && echo 0 || echo 2)
    ;;
esac

#!/usr/bin/env bash
# Builds the cert-manager that the stories start beside the rig; the first build takes minutes, later ones seconds.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../e2e/certmanager"
[ -x bin/certmanager ] || echo "cert-manager: the first build takes a few minutes"
CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o bin/certmanager .

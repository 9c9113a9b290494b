#!/usr/bin/env bash
# Builds the load client as one static program, bin/writer. Quick if nothing changed.
set -euo pipefail
case ${1:-} in
  '') ;;
  -h | --help) echo "Usage: build.sh    builds $(dirname "$0")/bin/writer; needs Go $(sed -n 's/^go //p' "$(dirname "$0")/go.mod") or newer"; exit 0 ;;
  *) echo "writer: unexpected $1; build.sh --help" >&2; exit 2 ;;
esac
cd "$(dirname "$(readlink -f "$0")")"
command -v go >/dev/null || { echo "writer: go is missing; install Go $(sed -n 's/^go //p' go.mod) or newer" >&2; exit 1; }
hash=$({ go version; cat build.sh go.mod go.sum; find . -maxdepth 1 -name '*.go' -not -name '*_test.go' | sort | xargs cat; } | sha256sum)
if [ -x bin/writer ] && [ "$(cat bin/.inputs 2>/dev/null)" = "$hash" ]; then
  echo "writer: bin/writer is up to date"
  exit 0
fi
mkdir -p bin
start=$SECONDS
# -mod=readonly: what go.sum does not know is not built.
CGO_ENABLED=0 go build -mod=readonly -p 2 -trimpath -ldflags='-s -w' -o bin/writer .
echo "$hash" >bin/.inputs
echo "writer: bin/writer  $(du -m bin/writer | cut -f1) MB  $((SECONDS - start)) s"

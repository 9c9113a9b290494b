#!/bin/bash
# Builds bin/kuberig, one static binary, if its sources changed. "build.sh test" runs the unit tests with the same flags, so
# that both share one build cache. "build.sh --help" says so, too.
set -euo pipefail
cd "$(dirname "$0")"

case "${1:-}" in
  "" | test) ;;
  *)
    echo "usage: build.sh         build bin/kuberig if its sources changed"
    echo "       build.sh test    run the unit tests"
    exit $([ "$1" = --help ] || [ "$1" = -h ] && echo 0 || echo 2)
    ;;
esac

command -v go >/dev/null || { echo "build.sh: Go 1.25 or newer is not on the PATH: install it from your distribution or https://go.dev/dl" >&2; exit 1; }

kubernetes=$(awk '$1 == "k8s.io/kubernetes" { print $2; exit }' go.mod)
stamp=""
# Without the stamp every component would call itself v0.0.0-master.
for p in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
  stamp="$stamp -X $p.gitVersion=$kubernetes -X $p.gitMajor=$(cut -d. -f1 <<<"${kubernetes#v}") -X $p.gitMinor=$(cut -d. -f2 <<<"$kubernetes")"
  stamp="$stamp -X $p.gitTreeState=clean -X $p.gitCommit=module -X $p.buildDate=1970-01-01T00:00:00Z"
done
export CGO_ENABLED=0
flags=(-p 2 -trimpath -buildvcs=false)

programs() {
  for p in pause probe rigd volumes; do
    go build "${flags[@]}" -ldflags "-s -w" -o "programs/$p" "./cmd/$p"
  done
}

if [ "${1:-}" = test ]; then
  programs
  exec go test "${flags[@]}" ./...
fi

# Whoever comes second waits for the first one, and then finds it built.
mkdir -p bin
exec 9>bin/lock
flock 9
sources=$(find . -path ./bin -prune -o -type f \( -name '*.go' ! -name '*_test.go' -o -name '*.yaml' -o -name conformance.md -o -name go.mod -o -name go.sum -o -name build.sh \) -print0 |
  sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1)
if [ -x bin/kuberig ] && [ "$(cat bin/sources 2>/dev/null)" = "$sources" ]; then
  echo "bin/kuberig is up to date"
  exit 0
fi
if [ ! -x bin/kuberig ]; then
  echo "building bin/kuberig: the first build compiles all of Kubernetes $kubernetes (6 to 7 minutes on two cores), later ones take seconds"
else
  echo "building bin/kuberig"
fi
begin=$SECONDS
programs
go build "${flags[@]}" -ldflags "-s -w $stamp" -o bin/kuberig.new . &
build=$!
trap 'kill $build 2>/dev/null || true' INT TERM
while sleep 1 && kill -0 $build 2>/dev/null; do
  if (((SECONDS - begin) % 30 == 0)); then echo "  still building, $((SECONDS - begin)) s"; fi
done
wait $build
mv bin/kuberig.new bin/kuberig
echo "$sources" >bin/sources
echo "built bin/kuberig in $((SECONDS - begin)) s ($(du -m bin/kuberig | cut -f1) MB)"

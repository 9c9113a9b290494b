#!/usr/bin/env bash
# Packages the operator and makes its image archive, e2e/images/build/operator.tar.
#   --packaged   operator/target/quarkus-app was packaged of these very sources a moment ago
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
packaged=false
case ${1:-} in
  "") ;;
  --packaged) packaged=true ;;
  *) echo "Usage: scripts/operator-image.sh [--packaged]" >&2; exit 2 ;;
esac
archive=e2e/images/build/operator.tar
stamp=$archive.inputs
inputs=$(git ls-files -co --exclude-standard -- pom.xml crds/pom.xml crds/src/main operator/pom.xml operator/src/main e2e/images \
  scripts/operator-image.sh scripts/train-operator.sh | LC_ALL=C sort | xargs -d '\n' sha256sum 2>/dev/null | sha256sum)
if [ -f "$archive" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$inputs" ]; then
  echo "operator image: unchanged"
  exit 0
fi
if ! $packaged; then
  echo "operator image: packaging the operator (a minute or two)"
  scripts/maven.sh -q install -pl crds,operator -am -DskipTests
fi
mkdir -p "$(dirname "$archive")"
if [ -x scripts/train-operator.sh ]; then
  scripts/train-operator.sh
else
  e2e/images/operator-image.sh operator/target/quarkus-app "$archive" docker.io/cachecluster/operator:0.1.0
fi
echo "$inputs" >"$stamp"

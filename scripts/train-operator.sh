#!/usr/bin/env bash
# Builds the operator's image with an ahead-of-time cache: the operator is started once against a Kubernetes API in memory
# and makes a CacheCluster and a CacheUser ready there, so that the cache holds what a pass needs, TLS included.
set -euo pipefail
root=$(dirname "$(dirname "$(readlink -f "$0")")")

usage() {
  cat <<'HELP'
Usage: train-operator.sh [--package] [ARCHIVE [NAME:TAG]]
  --package  packages the operator first (mvn package, without its tests); otherwise operator/target/quarkus-app must be there
  ARCHIVE    file to write; default: e2e/images/build/operator.tar
  NAME:TAG   the image's name; default: docker.io/cachecluster/operator:0.1.0
Needs what e2e/images/operator-image.sh needs, and Maven.
HELP
}

package=
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) usage; exit 0 ;;
    --package) package=yes ;;
    -*) usage >&2; exit 2 ;;
    *) break ;;
  esac
  shift
done
[ $# -le 2 ] || { usage >&2; exit 2; }
archive=${1:-$root/e2e/images/build/operator.tar}
reference=${2:-docker.io/cachecluster/operator:0.1.0}

say() { printf '%s\n' "train operator: $*"; }
die() { printf '%s\n' "train operator: $*" >&2; exit 1; }
JAVA_HOME=$("$root/scripts/jdk.sh")
export JAVA_HOME
work=$(mktemp -d)
world_pid=
cleanup() {
  [ -z "$world_pid" ] || kill "$world_pid" 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT

maven() { mvn -q -f "$root/pom.xml" ${MAVEN_OFFLINE:+-o} -pl operator -am "$@" >"$work/maven.log" 2>&1 || die "mvn $* failed: $(tail -n 30 "$work/maven.log")"; }

classes=$root/operator/target/test-classes
app=$root/operator/target/quarkus-app
if [ -n "$package" ]; then
  say "packaging the operator"
  maven package -DskipTests
elif [ ! -e "$classes/dev/cachecluster/operator/training/TrainingMain.class" ]; then
  say "compiling the world that it is trained in"
  maven test-compile
fi
[ -d "$app/lib" ] || die "$app is missing; run this with --package"

# It needs nothing but what the operator brings.
libraries=$(find "$app/lib" -name '*.jar' -printf '%p:')
"$JAVA_HOME/bin/java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx128m -cp "$classes:$root/operator/target/classes:$libraries" \
  dev.cachecluster.operator.training.TrainingMain 0 "$work/ca.crt" >"$work/world.log" 2>&1 &
world_pid=$!
port=
for _ in $(seq 300); do
  port=$(sed -n 's/^ready //p' "$work/world.log")
  [ -z "$port" ] || break
  kill -0 "$world_pid" 2>/dev/null || die "the world to train in did not start: $(cat "$work/world.log")"
  sleep 0.1
done
[ -n "$port" ] || die "the world to train in was not ready within 30 s: $(cat "$work/world.log")"
say "the world to train in listens on port $port"

# By TLS and with a token, as in a pod.
"$root/e2e/images/operator-image.sh" --train-with "https://localhost:$port" --train-until "https://localhost:$port/trained" \
  --train-env QUARKUS_KUBERNETES_CLIENT_CA_CERT_DATA="$(base64 -w0 "$work/ca.crt")" --train-env QUARKUS_KUBERNETES_CLIENT_TOKEN=training \
  "$app" "$archive" "$reference"

#!/usr/bin/env bash
# Every suite in turn, with its time. `test.sh unit` stops before what needs a cluster.
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
only=${1:-all}
mkdir -p .cache
names=() results=() times=()
failed=0

suite() { # name, command…
  local name=$1 start=$SECONDS log=.cache/test-${#names[@]}.log
  shift
  printf '\n=== %s\n' "$name"
  "$@" 2>&1 | tee "$log"
  local code=${PIPESTATUS[0]}
  names+=("$name") times+=($((SECONDS - start)))
  if [ "$code" = 0 ]; then results+=(passed); else results+=(FAILED); failed=$((failed + 1)); fi
  return "$code"
}

rig_unit() { e2e/kubernetes/build.sh && e2e/kubernetes/build.sh test; }
writer_unit() { (cd e2e/writer && go vet ./... && go test -p 2 ./...); }
gitops_unit() { (cd e2e/gitops && go vet ./... && go test -p 2 -count=1 ./...); }
format() { make -s check-fmt; }
image_unit() { python3 -m unittest discover e2e/images; }
# What short forms draw differs from commit to commit, and comes again with the same seed.
java() { scripts/maven.sh -B -T 2 install "-Dfaults.seed=$(git rev-list --count HEAD)"; }
# The rig comes up meanwhile, which the stories ask for next.
image() {
  scripts/rig.sh up 3 &
  scripts/operator-image.sh --packaged
  local code=$?
  wait
  return $code
}
down() { scripts/rig.sh down; }
# The stories whose short form is quick; make e2e tells all of them, in full.
short=(CreatesTlsOnlyCache RefusesBadInput PrimaryPodDeleted PrimaryProcessKilled AllPodsAtOnce OperatorKilled SpecChanges
  ForeignObject AllPodsWithData DamagedFiles DataIsEncrypted)
# One more try on a machine that others use too; a story that needed it is named as a flake.
stories() { STORIES_RERUN=1 scripts/stories.sh "${short[@]}"; }

suite "engine images" e2e/images/build.sh
suite "image tools" image_unit
suite "rig: build and unit tests" rig_unit
suite "load client" writer_unit
suite "gitops: kstatus and Argo CD health" gitops_unit
suite "format of the sources" format
suite "java: unit, golden, component and fault tests" java
if [ "$only" = all ]; then
  suite "operator image, and the rig" image && suite "stories on a real Kubernetes" stories
  if [ "${CI:-}" = true ]; then suite "the rig leaves nothing behind" down; fi
fi

printf '\n%-50s %8s  %s\n' suite seconds result
for i in "${!names[@]}"; do printf '%-50s %8d  %s\n' "${names[$i]}" "${times[$i]}" "${results[$i]}"; done
printf 'all suites: %d s\n' $SECONDS
printf '%d passed, %d failed\n' $((${#names[@]} - failed)) $failed
[ $failed = 0 ]

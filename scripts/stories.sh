#!/usr/bin/env bash
# Stories on a real Kubernetes. Brings up what they need first; a second run starts at once.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."

usage() {
  cat <<'HELP'
Usage: scripts/stories.sh [--full] [--keep] [--seed N] [--lanes N] [STORY...]
  Runs stories, by default all of them, in the rig (three nodes; started if it does not run) or in the cluster of KUBECONFIG.
  STORY   a class of e2e/stories, such as CreatesTlsOnlyCache; --list names them all
  --full  the full number of repetitions (also STORIES_FULL=true); without it the short form
  --keep  keep each story's namespace, to look at it afterwards
  --seed  draw random moments from this number (default 1)
  --lanes how many stories are told at a time (default 2); those that disturb all caches are told alone, after the others
A story that fails leaves its report in e2e/stories/target/failures/STORY. Exit code 0: every story came true.
HELP
}

sources=e2e/stories/src/test/java/dev/cachecluster/stories
full=${STORIES_FULL:-false} keep=false seed=1 lanes=2 names=()
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) usage; exit 0 ;;
    --list) for file in "$sources"/*.java; do basename "$file" .java; done | grep -v package-info; exit 0 ;;
    --full) full=true ;;
    --keep) keep=true ;;
    --seed) seed=${2:?--seed needs a number}; shift ;;
    --lanes) lanes=${2:?--lanes needs a number}; shift ;;
    -*) usage >&2; exit 2 ;;
    *) [ -f "$sources/$1.java" ] || { echo "there is no story '$1'; scripts/stories.sh --list names them" >&2; exit 2; }
      names+=("$1") ;;
  esac
  shift
done

. scripts/target.sh
rig=e2e/kubernetes/bin/kuberig
if [ "$target" = rig ]; then
  scripts/rig.sh up 3
  nodes=$($rig status | grep -c '^n[0-9].*running' || true)
  [ "$nodes" -ge 3 ] || { echo "the rig runs with $nodes node(s) and the stories need 3: make cluster-down, then run this again" >&2; exit 1; }
  . scripts/target.sh
  scripts/images.sh
  case " ${names[*]-} " in "  " | *" CertManagerIssues "*) scripts/cert-manager.sh ;; esac
  loaded=$($rig images load e2e/images/build/{operator,valkey-8.1,valkey-8.1-relocated,writer,lettuce-writer}.tar 2>&1) || { echo "$loaded" >&2; exit 1; }
  "${kubectl[@]}" apply -k manifests/overlays/all-namespaces
  # A new image under the old name changes nothing until the pods are made again.
  case $loaded in *": loaded docker.io/cachecluster/operator"*) "${kubectl[@]}" -n cachecluster-system rollout restart deployment/cachecluster-operator ;; esac
fi
"${kubectl[@]}" -n cachecluster-system rollout status deployment/cachecluster-operator --timeout=180s

table=e2e/stories/target/stories.txt
rm -f "$table"
begin=$SECONDS
chosen=()
[ ${#names[@]} = 0 ] || chosen=("-Dtest=$(IFS=,; echo "${names[*]}")")
code=0
scripts/maven.sh -q -f e2e/stories/pom.xml test -DskipStories=false "-Dstories.full=$full" "-Dstories.keep=$keep" "-Dstories.seed=$seed" "-Dstories.lanes=$lanes" "-Dsurefire.rerunFailingTestsCount=${STORIES_RERUN:-0}" \
  ${chosen[@]+"${chosen[@]}"} || code=$?
echo
cat "$table" 2>/dev/null || echo "no story ran"
echo "all stories: $((SECONDS - begin)) s"
exit $code

#!/usr/bin/env bash
# Measures the operator on the rig and writes docs/benchmarks.md. Run it on a machine that does nothing else.
#   RUNS=5      how often a cache is made
#   REST=600    seconds of each measurement at rest
#   WARM=1800   seconds that the operator has run before the second of them: most of what it does at rest is compiled by then
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
runs=${RUNS:-5} rest=${REST:-600} warm=${WARM:-1800}
unset KUBECONFIG
mkdir -p .cache
scripts/rig.sh up 3
. scripts/target.sh
scripts/images.sh
rig=e2e/kubernetes/bin/kuberig
$rig images load e2e/images/build/operator.tar e2e/images/build/valkey-8.1.tar e2e/images/build/writer.tar >/dev/null
scripts/install.sh apply manifests/overlays/all-namespaces >/dev/null
namespace=cachecluster-bench
k() { "${kubectl[@]}" -n $namespace "$@"; }
ms() { date +%s%3N; }
"${kubectl[@]}" delete namespace $namespace --ignore-not-found --wait=true >/dev/null
"${kubectl[@]}" create namespace $namespace >/dev/null

seconds() { awk -v ms="$1" 'BEGIN { printf "%.1f", ms / 1000 }'; }
stats() { sort -n | awk '{ v[NR] = $1 } END { printf "%s | %s | %s", v[1], v[int((NR + 1) / 2)], v[NR] }'; }
# process_of POD: the number of the operator's process in this pod.
process_of() {
  local p
  for p in $(pgrep -f quarkus-run.jar); do
    if grep -q "HOSTNAME=$1" "/proc/$p/environ" 2>/dev/null; then echo "$p"; return; fi
  done
  echo "no process of $1 was found" >&2
  return 1
}

echo "apply to Ready, $runs runs"
ready=()
for run in $(seq "$runs"); do
  sed "s/name: demo/name: bench-$run/" examples/01-minimal.yaml >.cache/bench.yaml
  start=$(ms)
  k apply -f .cache/bench.yaml >/dev/null
  k wait --for=condition=TopologyHealthy "cachecluster/bench-$run" --timeout=120s >/dev/null
  k wait --for=condition=Ready "cachecluster/bench-$run" --timeout=120s >/dev/null
  ready+=("$(seconds $(($(ms) - start)))")
  echo "  run $run: ${ready[-1]} s"
  [ "$run" = "$runs" ] || k delete cachecluster "bench-$run" --wait=true >/dev/null
  [ "$run" = "$runs" ] || k wait --for=delete pod -l "cachecluster.dev/cluster=bench-$run" --timeout=120s >/dev/null
done

echo "operator: start to first pass, $runs runs"
begun=() first=()
# at LINE: when the operator logged it, in milliseconds.
at() { date -d "$(cut -d' ' -f1 <<<"$1")" +%s%3N; }
for run in $(seq "$runs"); do
  "${kubectl[@]}" -n cachecluster-system scale deployment/cachecluster-operator --replicas=0 >/dev/null
  "${kubectl[@]}" -n cachecluster-system wait --for=delete pod -l app.kubernetes.io/name=cachecluster-operator --timeout=60s >/dev/null
  "${kubectl[@]}" -n cachecluster-system scale deployment/cachecluster-operator --replicas=1 >/dev/null
  # The log tells the moment. To ask for it costs a good part of a core, which the start would lack: not before it is there.
  sleep 6
  line=
  for _ in $(seq 60); do
    line=$("${kubectl[@]}" -n cachecluster-system logs deployment/cachecluster-operator 2>/dev/null | grep -m1 'nothing to do' || true)
    [ -z "$line" ] || break
    sleep 1
  done
  pod=$("${kubectl[@]}" -n cachecluster-system get pod -l app.kubernetes.io/name=cachecluster-operator -o 'jsonpath={.items[0].metadata.name}')
  # The kubelet tells the second; the process itself tells when it began, to a hundredth.
  pid=$(process_of "$pod")
  # Against the time since the boot: its date is known to the second only.
  began=$(awk -v hz="$(getconf CLK_TCK)" -v p="$pid" -v now="$(ms)" 'BEGIN { getline u < "/proc/uptime"; getline s < ("/proc/" p "/stat"); sub(/.*\) /, "", s); split(s, f, " "); split(u, t, " "); printf "%.0f", now - (t[1] - f[20] / hz) * 1000 }')
  # The queue is opened to events once the Lease is had; the first of them is the cache's.
  open=$("${kubectl[@]}" -n cachecluster-system logs "$pod" | grep -m1 'Started event processing for controller: cachecluster')
  begun+=("$(seconds $(($(at "$open") - began)))")
  first+=("$(seconds $(($(at "$line") - began)))")
  echo "  run $run: the first pass begins after ${begun[-1]} s and ends after ${first[-1]} s"
done
"${kubectl[@]}" -n cachecluster-system scale deployment/cachecluster-operator --replicas=2 >/dev/null
"${kubectl[@]}" -n cachecluster-system rollout status deployment/cachecluster-operator --timeout=120s >/dev/null

echo "at rest, one cache under 1,000 writes/s: $rest s, and again when the operator is $warm s old"
cat >.cache/bench-user.yaml <<Y
apiVersion: cachecluster.dev/v1alpha1
kind: CacheUser
metadata: {name: writer}
spec: {clusterRef: {name: bench-$runs}, keys: ["w:*"], access: {type: ReadWrite}, podSelector: {matchLabels: {app: writer}}}
Y
k apply -f .cache/bench-user.yaml >/dev/null
k wait --for=condition=Ready cacheuser/writer --timeout=60s >/dev/null
cat >.cache/bench-writer.yaml <<Y
apiVersion: v1
kind: Pod
metadata: {name: writer, labels: {app: writer}}
spec:
  restartPolicy: Never
  securityContext: {runAsNonRoot: true, runAsUser: 65532, seccompProfile: {type: RuntimeDefault}}
  containers:
    - name: writer
      image: docker.io/example/cachecluster-writer:1
      imagePullPolicy: IfNotPresent
      args: [--binding, /binding, --for, $((2 * rest + warm + 60))s, --rate, "1000"]
      securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}, readOnlyRootFilesystem: true}
      volumeMounts: [{name: binding, mountPath: /binding, readOnly: true}]
  volumes: [{name: binding, secret: {secretName: writer-binding}}]
Y
k apply -f .cache/bench-writer.yaml >/dev/null
k wait --for=condition=Ready pod/writer --timeout=60s >/dev/null
sleep 15
audit=$($rig audit-log)
from=$(wc -l <"$audit")
leader=$("${kubectl[@]}" -n cachecluster-system get lease cachecluster-operator -o 'jsonpath={.spec.holderIdentity}')
pid=$(process_of "$leader")
ticks() { sed 's/.*) //' "/proc/$pid/stat" | awk '{ print $12 + $13 }'; }
age() { awk -v hz="$(getconf CLK_TCK)" -v p="$pid" 'BEGIN { getline u < "/proc/uptime"; getline s < ("/proc/" p "/stat"); sub(/.*\) /, "", s); split(s, f, " "); split(u, t, " "); printf "%.0f", t[1] - f[20] / hz }'; }
# measured: its part of a core over the next $rest seconds, in percent.
measured() {
  local before
  before=$(ticks)
  sleep "$rest"
  awk -v t=$(($(ticks) - before)) -v hz="$(getconf CLK_TCK)" -v s="$rest" 'BEGIN { printf "%.2f", 100 * t / hz / s }'
}
young=$(age)
early=$(measured)
echo "  $early % of a core from second $young of the operator's life on"
while [ "$(age)" -lt "$warm" ]; do sleep 5; done
old=$(age)
cpu=$(measured)
echo "  $cpu % from second $old on"
rss=$(awk '/^VmRSS/ { printf "%d", $2 / 1024 }' "/proc/$pid/status")
writes=$(tail -n +$((from + 1)) "$audit" | grep '"system:serviceaccount:cachecluster-system:cachecluster-operator"' |
  grep -E '"verb":"(create|update|patch|delete)"' | grep -vc '"resource":"leases"' || true)
k delete namespace $namespace --wait=false >/dev/null 2>&1 || "${kubectl[@]}" delete namespace $namespace --wait=false >/dev/null

# What this does not measure stays as it is.
kept=$(sed -n '/^## Many users/,$p' docs/benchmarks.md)
cat >docs/benchmarks.md <<M
# Benchmarks

Made by \`make bench\` on $(date -u +%F): $(nproc) cores, $(awk '/MemTotal/ { printf "%d GiB", $2 / 1048576 }' /proc/meminfo), $(. /etc/os-release && echo "$PRETTY_NAME"), kernel $(uname -r | cut -d- -f1),
Kubernetes $("${kubectl[@]}" version -o json 2>/dev/null | sed -n '/serverVersion/,$ s/.*"gitVersion": "\(.*\)".*/\1/p' | head -1) of three nodes on that one machine, Valkey 8.1.1, commit $(git rev-parse --short HEAD). Nothing else ran.

| what | best | median | worst | wanted |
|---|---|---|---|---|
| apply to Ready and all replicas streaming, 3 pods on 3 nodes, images present, $runs runs (s) | $(printf '%s\n' "${ready[@]}" | stats) | <= 12 |
| operator's process start to its first reconciliation, $runs runs (s) | $(printf '%s\n' "${begun[@]}" | stats) | <= 5 |
| the same to the end of it: three servers asked over new TLS connections, and nothing found to do (s) | $(printf '%s\n' "${first[@]}" | stats) | |

| at rest, one cache, a client at 1,000 writes/s | measured | wanted |
|---|---|---|
| writes to the API server by the operator, but for its Lease, in all that time | $writes | 0 |
| CPU of the leading operator (% of one core) over $rest s, $((old / 60)) minutes after its start | $cpu | <= 1 |
| the same $((young / 60)) minutes after its start, while much is compiled | $early | |
| its memory, RSS (MiB) | $rss | <= 256 |

How it is measured stands in \`scripts/bench.sh\`. Apply to Ready is as seen by \`kubectl wait\`, which adds the time of two client
starts. The writes are counted in the API server's audit log.

For comparison, measured earlier on a rig of this kind (2 cores, 3 nodes, Valkey 9.1.2, one to four runs each, not repeated
here): valkey-io/valkey-operator of 2026-08 needed 13.2 to 27.4 s from apply to Ready, melancholictheory/wellcake 0.8.0 needed
14.9 s; their operators used 57 to 61 MiB of memory.

$kept
M
cat docs/benchmarks.md

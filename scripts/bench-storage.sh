#!/usr/bin/env bash
# Measures what it costs to keep data, on the rig, and writes the section "Volumes" of docs/benchmarks.md. Run it on a machine that does
# nothing else.
#   WRITE=20    seconds of each measurement of writes
#   ROUNDS=3    measurements of each kind, in turns; with 0 only the restarts are measured, and docs/benchmarks.md stays as it is
#   DATA=1100   thousands of keys of 1,000 bytes for the full restart
#   RUNS=3      how often all servers end
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
write=${WRITE:-20} rounds=${ROUNDS:-3} data=${DATA:-1100} runs=${RUNS:-3}
unset KUBECONFIG
scripts/rig.sh up 3
. scripts/target.sh
scripts/images.sh
rig=e2e/kubernetes/bin/kuberig
$rig images load e2e/images/build/operator.tar e2e/images/build/valkey-8.1.tar e2e/images/build/writer.tar >/dev/null
scripts/install.sh apply manifests/overlays/all-namespaces >/dev/null
namespace=cachecluster-bench
k() { "${kubectl[@]}" -n $namespace "$@"; }
ms() { date +%s%3N; }
seconds() { awk -v ms="$1" 'BEGIN { printf "%.1f", ms / 1000 }'; }
"${kubectl[@]}" delete namespace $namespace --ignore-not-found --wait=true >/dev/null
"${kubectl[@]}" create namespace $namespace >/dev/null
# An administrator vouches for the rig's encrypted class, under another name.
"${kubectl[@]}" delete storageclass bench-encrypted --ignore-not-found >/dev/null
"${kubectl[@]}" get storageclass encrypted -o json |
  sed -e 's/"name": "encrypted"/"name": "bench-encrypted", "annotations": {"cachecluster.dev\/encrypted-by": "fscrypt"}/' -e '/"uid":/d' -e '/"resourceVersion":/d' -e '/"creationTimestamp":/d' |
  "${kubectl[@]}" apply -f - >/dev/null

# cache NAME REPLICAS MEMORY PERSISTENCE [ACCESS]: a cache and its writer's identity, both ready.
cache() {
  local access=${5-}
  [ -n "$access" ] || access='{type: ReadWrite}'
  k apply -f - >/dev/null <<Y
apiVersion: cachecluster.dev/v1alpha1
kind: CacheCluster
metadata: {name: $1}
spec:
  engine: {type: Valkey, version: "8.1"}
  topology: {type: Replicated, replicas: $2}
  memory: {maxMemory: $3, evictionPolicy: allkeys-lfu}
  persistence: $4
---
apiVersion: cachecluster.dev/v1alpha1
kind: CacheUser
metadata: {name: $1-writer}
spec: {clusterRef: {name: $1}, keys: ["*"], access: $access, podSelector: {matchLabels: {app: writer}}}
Y
  k wait --for=condition=TopologyHealthy "cachecluster/$1" --timeout=180s >/dev/null
  k wait --for=condition=Ready "cachecluster/$1" "cacheuser/$1-writer" --timeout=120s >/dev/null
}
remove() {
  k delete cacheuser "$1-writer" --wait=true >/dev/null
  k delete cachecluster "$1" --wait=true >/dev/null
  k wait --for=delete pod -l "cachecluster.dev/cluster=$1" --timeout=120s >/dev/null
  k delete pvc -l "cachecluster.dev/cluster=$1" --wait=true >/dev/null
}
# pod NAME CACHE IMAGE JSON: runs an image's program with the binding to its end, and prints what it said.
pod() {
  k apply -f - >/dev/null <<Y
apiVersion: v1
kind: Pod
metadata: {name: $1, labels: {app: writer}}
spec:
  restartPolicy: Never
  securityContext: {runAsNonRoot: true, runAsUser: 65532, seccompProfile: {type: RuntimeDefault}}
  containers:
    - name: client
      image: $3
      imagePullPolicy: IfNotPresent
      $4
      env:
        - {name: CACHE_HOST, valueFrom: {secretKeyRef: {name: $2-writer-binding, key: host}}}
        - {name: CACHE_USER, valueFrom: {secretKeyRef: {name: $2-writer-binding, key: username}}}
        - {name: REDISCLI_AUTH, valueFrom: {secretKeyRef: {name: $2-writer-binding, key: password}}}
      securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}, readOnlyRootFilesystem: true}
      volumeMounts: [{name: binding, mountPath: /binding, readOnly: true}]
  volumes: [{name: binding, secret: {secretName: $2-writer-binding}}]
Y
  local phase=
  for _ in $(seq 900); do
    phase=$(k get pod "$1" -o 'jsonpath={.status.phase}')
    case $phase in Succeeded | Failed) break ;; esac
    sleep 1
  done
  k logs "$1"
  [ "$phase" = Succeeded ] || { echo "pod $1: $phase" >&2; exit 1; }
  k delete pod "$1" --wait=true >/dev/null
}

plain='storageClassName: local, encryption: {required: false}'
encrypted='storageClassName: bench-encrypted'
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
declare -A persistence=(
  [none]='{mode: None}'
  [snapshot-plain]="{mode: Snapshot, size: 1Gi, $plain}"
  [snapshot-encrypted]="{mode: Snapshot, size: 1Gi, $encrypted}"
  [appended-plain]="{mode: AppendOnly, size: 1Gi, $plain}"
  [appended-encrypted]="{mode: AppendOnly, size: 1Gi, $encrypted}"
)
kinds=()
[ "$rounds" -eq 0 ] || kinds=(none snapshot-plain snapshot-encrypted appended-plain appended-encrypted)
for kind in "${kinds[@]}"; do cache "$kind" 1 256Mi "${persistence[$kind]}"; done
declare -A rates
# writes KIND SECONDS: what the load client says after so many.
writes() { pod writer "$1" docker.io/example/cachecluster-writer:1 "args: [--binding, /binding, --rate, \"100000\", --workers, \"16\", --for, ${2}s, --verify-within, 5m]"; }
# Nobody's first writes count: the machine is faster at the second round of whatever it does.
for kind in "${kinds[@]}"; do writes "$kind" 5 >/dev/null; done
for round in $(seq "$rounds"); do
  for kind in "${kinds[@]}"; do
    result=$(writes "$kind" "$write")
    rates[$kind]+="$(sed -n 's/.*"acked":\([0-9]*\).*/\1/p' <<<"$result" | awk -v s="$write" '{ printf "%.0f", $1 / s }')"$'\n'
    echo "writes a second, round $round, $kind: $(tail -n 1 <<<"${rates[$kind]%$'\n'}")"
  done
done
for kind in "${kinds[@]}"; do remove "$kind"; done
# written KIND: a row of the table. The ratio is that of the medians.
written() {
  local none own
  none=$(printf %s "${rates[none]}" | median) own=$(printf %s "${rates[$1]}" | median)
  printf '%s | %s' "$(printf %s "${rates[$1]}" | sort -n | awk '{ v[NR] = $1 } END { printf "%d | %d | %d", v[1], v[int((NR + 1) / 2)], v[NR] }')" \
    "$(awk -v a="$own" -v b="$none" 'BEGIN { printf "%.2f", a / b }')"
}

echo "a cache of three members, filled with $data thousand keys of 1,000 bytes"
cache full 2 3Gi "{mode: AppendOnly, size: 9Gi, $encrypted}" '{type: Custom, custom: {categories: [read, write, scripting]}}'
script="for i=1,1000 do local n=redis.call('INCR','n'); local t={} for j=1,25 do t[j]=redis.sha1hex(n..':'..j) end redis.call('SET','w:'..n,table.concat(t)) end return 1"
said=$(pod filler full docker.io/valkey/valkey:8.1.1 "command: [valkey-cli, -r, \"$data\", --tls, --cacert, /binding/ca.crt, --cert, /binding/tls.crt, --key, /binding/tls.key, -h, \$(CACHE_HOST), --user, \$(CACHE_USER), --no-auth-warning, EVAL, \"$script\", \"0\"]" | sort | uniq -c)
grep -Eq "^ *$data 1\$" <<<"$said" || { echo "the cache was not filled: $said" >&2; exit 1; }

# inside N SCRIPT: runs it in the data directory of a member, on its node.
inside() {
  local node uid volume
  node=$(k get pod "full-0-$1-0" -o 'jsonpath={.spec.nodeName}') uid=$(k get pod "full-0-$1-0" -o 'jsonpath={.metadata.uid}')
  volume=$(k get pvc "full-0-$1-data" -o 'jsonpath={.spec.volumeName}')
  $rig node exec "${node#n}" -- sh -ec "cd '/var/lib/kubelet/pods/$uid/volumes/kubernetes.io~csi/$volume/mount'; $2"
}
# Until all members serve and no server writes its whole file anew, as each does once it was filled.
settle() {
  local quiet=0
  for _ in $(seq 300); do
    if [ "$(k get cachecluster full -o 'jsonpath={.status.phase}')" = Running ] &&
      [ -z "$(k get pod -l cachecluster.dev/cluster=full -o 'jsonpath={.items[*].metadata.deletionTimestamp}')" ] &&
      [ "$(for n in 0 1 2; do inside $n 'ls -A . appendonlydir | grep -c temp-rewriteaof || true'; done | awk '{ s += $1 } END { print s }')" = 0 ]; then
      quiet=$((quiet + 1))
    else
      quiet=0
    fi
    [ $quiet -lt 3 ] || return 0
    sleep 2
  done
  echo "the cache does not come to rest" >&2
  exit 1
}
# resident: how many MiB of the members' files are in the kernel's memory, and how many there are.
resident() {
  for n in 0 1 2; do inside $n 'fincore -bn appendonlydir/*'; done | awk '{ r += $1; s += $3 } END { printf "%d of %d", r / 1048576, s / 1048576 }'
}
cold() {
  sync
  echo 3 >/proc/sys/vm/drop_caches
}
# Reads the members' files into the kernel's memory, and sees that they are there.
warm() {
  local n reads=()
  for n in 0 1 2; do
    inside $n 'cat appendonlydir/* >/dev/null' &
    reads+=($!)
  done
  wait "${reads[@]}"
  resident | awk '{ exit $1 < 0.98 * $3 }' || { echo "the files do not stay in memory: $(resident) MiB" >&2; exit 1; }
}
# How long three bare servers need, side by side, for the very files of the members: hard links, so what is in the kernel's
# memory of the one is of the other, and what has to be read comes through the same encryption from the same disk.
bare() {
  local n
  for n in 0 1 2; do inside $n 'rm -rf bare; mkdir bare; cp -al appendonlydir bare/'; done
  # Each says when its server began and when it was ready; whatever else it takes to get there does not count.
  took=$(
    for n in 0 1 2; do
      inside $n "cd bare; date +%s%3N; setsid ${server[*]@Q} --unixsocket socket --dir . --logfile log --pidfile pid >/dev/null 2>&1 &
        until grep -qs 'Ready to accept connections' log; do sleep 0.05; done; date +%s%3N" &
    done | sort -n | awk 'NR == 1 { began = $1 } END { print $1 - began }'
  )
  for n in 0 1 2; do inside $n 'kill -9 "$(cat bare/pid)"; rm -rf bare'; done
}
# after WHAT...: how long it is from that until the cache is Ready again.
after() {
  local start
  start=$(ms)
  "$@" >/dev/null
  k wait --for=condition=Ready=false cachecluster/full --timeout=120s >/dev/null
  k wait --for=condition=Ready cachecluster/full --timeout=600s >/dev/null
  echo $(($(ms) - start))
}
killed() { for n in 0 1 2; do $rig pod kill "$namespace/full-0-$n-0" & done; wait; }
deleted() { k delete pod full-0-0-0 full-0-1-0 full-0-2-0 --wait=false; }
server=("$PWD/e2e/images/build/bin/valkey-server-8.1" --port 0 --save "" --appendonly yes --auto-aof-rewrite-percentage 0 --aof-load-truncated no --maxmemory 3gb)
# A deletion stands between any two kills: the kubelet lets a container that ended twice within ten minutes wait.
warm_times=() cold_times=() kill_times=() delete_times=() took=0
settle
bytes=$(inside 0 'du -sm appendonlydir' | cut -f1) left=$(resident)
first=$(after killed)
echo "  killed as the filling left it, with $left MiB of the files in memory: Ready after $(seconds "$first") s"
for _ in $(seq "$runs"); do
  settle
  cold
  bare
  cold_times+=("$took")
  echo "  three bare servers, side by side, from the disk: $(seconds "$took") s"
  cold
  delete_times+=("$(after deleted)")
  echo "  deleted: Ready after $(seconds "${delete_times[-1]}") s"
  settle
  cold
  warm
  bare
  warm_times+=("$took")
  echo "  three bare servers, side by side, from memory: $(seconds "$took") s"
  warm
  kill_times+=("$(after killed)")
  echo "  killed: Ready after $(seconds "${kill_times[-1]}") s"
done
stats() { sort -n | awk '{ v[NR] = $1 / 1000 } END { printf "%.1f | %.1f | %.1f", v[1], v[int((NR + 1) / 2)], v[NR] }'; }
limit() { median | awk '{ printf "%.1f", 1.2 * $1 / 1000 + 5 }'; }
# Who was just filled ends only when its file is whole.
settle
remove full
[ "$rounds" -gt 0 ] || exit 0

before=$(sed '/^## Volumes/,$d' docs/benchmarks.md)
cat >docs/benchmarks.md <<M
$before

## Volumes

Made by \`make bench-storage\` on $(date -u +%F): $(nproc) cores, $(awk '/MemTotal/ { printf "%d GiB", $2 / 1048576 }' /proc/meminfo), $(. /etc/os-release && echo "$PRETTY_NAME"), kernel $(uname -r | cut -d- -f1),
Kubernetes of three nodes on that one machine, Valkey 8.1.1, commit $(git rev-parse --short HEAD). Volumes are XFS in loop devices, encrypted ones below fscrypt (AES-256-XTS). Nothing else ran.

| writes a second of 16 connections, each acknowledged before the next; a primary with one replica, client and servers on the same cores; $rounds rounds of ${write} s in turns | least | median | most | of None |
|---|---|---|---|---|
| None | $(written none) |
| Snapshot, plain | $(written snapshot-plain) |
| Snapshot, encrypted | $(written snapshot-encrypted) |
| AppendOnly, plain | $(written appended-plain) |
| AppendOnly, encrypted | $(written appended-encrypted) |

| all three servers end, $data thousand keys of 1,000 bytes, $bytes MiB of files each, $runs runs (s) | best | median | worst | wanted |
|---|---|---|---|---|
| three bare servers load the members' own files side by side, which are in the kernel's memory | $(printf '%s\n' "${warm_times[@]}" | stats) | |
| kill -9 of all three to Ready, the files in memory | $(printf '%s\n' "${kill_times[@]}" | stats) | <= $(printf '%s\n' "${warm_times[@]}" | limit) |
| three bare servers load them from the disk and through the encryption | $(printf '%s\n' "${cold_times[@]}" | stats) | |
| deletion of all three pods, which live on for 5 s and whose volumes are unmounted, to Ready | $(printf '%s\n' "${delete_times[@]}" | stats) | <= $(printf '%s\n' "${cold_times[@]}" | limit) |

How it is measured stands in \`scripts/bench-storage.sh\`. Wanted is 1.2 times the median of the bare servers of the row before, and 5 s. Engines give up the
kernel's memory of what they wrote, so how fast a killed server comes back is the disk's and the encryption's matter: before these runs, a kill
right after the filling, with $left MiB of the files in memory, had the cache Ready again after $(seconds "$first") s. What a deletion costs beside the reading
are the 5 s for which the pods serve on, their end, and the volumes' way from the old pods to the new.
M
sed -n '/^## Volumes/,$p' docs/benchmarks.md

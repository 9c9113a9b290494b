#!/usr/bin/env bash
# The operator's image without a container engine or a registry: a small base, a Java runtime cut to the modules in use,
# the application's layers and, if a Kubernetes API is at hand, an ahead-of-time cache (JEP 514) that halves the start-up.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
out=$here/build

usage() {
  cat <<'HELP'
Usage: operator-image.sh [--train-with KUBE_API_URL [--train-until URL] [--train-env NAME=VALUE]...] QUARKUS_APP_DIR ARCHIVE NAME:TAG
  QUARKUS_APP_DIR  target/quarkus-app of the packaged operator
  ARCHIVE          file to write; `ctr images import`, `docker load` and `kind load image-archive` read it
  --train-with     adds an ahead-of-time cache. The operator is started once inside the image's tree against this Kubernetes
                   API, which must know the operator's custom resources (a mock will do), until it says that it is ready.
                   Needs an application packaged with -Dquarkus.package.jar.type=aot-jar.
  --train-until    the training goes on until this address answers 200, so that work after the start is learnt too
  --train-env      settings for that run only
Needs: JDK 25 (JAVA_HOME, or a directory under /usr/lib/jvm), python3, apt-get; to train also curl and unshare.
The base, the runtime and the libraries are kept in build/: a changed application costs seconds.
HELP
}

# Named somewhere in the libraries, but on no path the operator takes.
unused_modules=" java.desktop java.rmi jdk.compiler "
# The container's limit holds heap, metaspace, code, threads and buffers: each has a bound, so that their sum stays below it.
# The heap is a share of the limit, so that whoever raises the limit for very many caches and users gets it. Ten parts of 32 are 80 MiB of 256.
# The first compiler alone is quick enough for an operator and needs a third of the code cache.
java_flags=(-XX:+UseSerialGC -Xms24m -XX:MaxRAMPercentage=31.25 -Xmn16m -Xss512k -XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=48m -XX:MaxMetaspaceSize=112m)
java_flags+=(-XX:MaxDirectMemorySize=24m -XX:+ExitOnOutOfMemoryError -XX:-UsePerfData -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8)
# Else the first few megabytes of compiled code ask for a collection of everything, a fifth of a second in the middle of the first pass.
java_flags+=(-XX:+UnlockDiagnosticVMOptions -XX:SweeperThreshold=60)
java_flags+=(-Dio.netty.allocator.numDirectArenas=1 -Dio.netty.allocator.numHeapArenas=1)

kube= until_url= train_env=()
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) usage; exit 0 ;;
    --train-with) kube=${2:?--train-with needs the address of a Kubernetes API}; shift ;;
    --train-until) until_url=${2:?--train-until needs an address}; shift ;;
    --train-env) train_env+=("${2:?--train-env needs NAME=VALUE}"); shift ;;
    -*) usage >&2; exit 2 ;;
    *) break ;;
  esac
  shift
done
[ $# = 3 ] || { usage >&2; exit 2; }
app=$1 archive=$2 reference=$3

say() { printf '%s\n' "operator image: $*"; }
die() { printf '%s\n' "operator image: $*" >&2; exit 1; }
[ -e "$app/quarkus-run.jar" ] || die "$app holds no quarkus-run.jar; package the operator first (mvn -pl operator -am package) and name its target/quarkus-app"

work=$(mktemp -d)
java_pid=
cleanup() {
  [ -z "$java_pid" ] || kill "$java_pid" 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT
. "$here/java-layers.sh"
mkdir -p "$(dirname "$archive")"
started=$SECONDS

app_trees() {
  mkdir -p "$work/lib/app" "$work/app/app"
  cp -a "$app/lib" "$work/lib/app/"
  # Half a second of every start, and classes that no cache may hold: what signatures cost.
  find "$work/lib/app" -name '*.jar' -print0 | xargs -0 "$here/unsigned_jar.py"
  for part in app quarkus quarkus-run.jar; do [ ! -e "$app/$part" ] || cp -a "$app/$part" "$work/app/app/"; done
}

# run_inside PORT FLAGS...: starts the operator within the assembled tree as it will run in the image; sets java_pid.
# A mount namespace of its own brings /proc and the few devices and takes them away with the process.
run_inside() {
  local port=$1 user=()
  shift
  [ "$(id -u)" = 0 ] || user=(--user --map-root-user)
  env -i "${train_env[@]}" QUARKUS_KUBERNETES_CLIENT_API_SERVER_URL="$kube" QUARKUS_HTTP_PORT="$port" MALLOC_ARENA_MAX=1 \
    unshare "${user[@]}" --mount "$(command -v sh)" -c 'set -e; tree=$1; shift
      mount --rbind /proc "$tree/proc"; for d in null random urandom; do mount --bind "/dev/$d" "$tree/dev/$d"; done
      exec '"$(command -v chroot || echo /usr/sbin/chroot)"' "$tree" "$@"' sh "$work/all" /opt/java/bin/java "$@" -jar /app/quarkus-run.jar >"$work/run.log" 2>&1 9>&- &
  java_pid=$!
}

# The operator's own lines, without the JVM's remarks on classes it does not archive.
log_excerpt() { grep -vE '^\[[0-9.]+s\]|JAVA_TOOL_OPTIONS|^\s+(at|\.\.\.) ' "$work/run.log" | tail -n 40; }

# until_ready PORT: waits for the operator's readiness, at most a minute; prints how many milliseconds it took.
until_ready() {
  local begin now
  begin=$(date +%s%3N)
  until curl -sf -m 1 "http://127.0.0.1:$1/q/health/ready" >/dev/null; do
    kill -0 "$java_pid" 2>/dev/null || { java_pid=; die "the operator ended while training: $(log_excerpt)"; }
    now=$(date +%s%3N)
    [ $((now - begin)) -lt 60000 ] || die "the operator was not ready within 60 s against $kube; does that API know its custom resources? $(log_excerpt)"
    sleep 0.05
  done
  ready_ms=$(($(date +%s%3N) - begin))
}
# until_trained: waits for the address of --train-until.
until_trained() {
  [ -n "$until_url" ] || return 0
  for _ in $(seq 600); do
    ! curl -skf -m 1 -o /dev/null "$until_url" || return 0
    kill -0 "$java_pid" 2>/dev/null || { java_pid=; die "the operator ended while training: $(log_excerpt)"; }
    sleep 0.1
  done
  die "the operator was ready, but $until_url did not answer 200 within a minute: $(log_excerpt)"
}
stop_inside() {
  kill "$java_pid"
  wait "$java_pid" || true
  java_pid=
}

train() {
  local port
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  curl -sk -m 5 -o /dev/null "$kube" || die "nothing answers at $kube (--train-with)"
  mkdir "$work/all" "$work/aot"
  for part in "$base" "$runtime" "$work/lib" "$work/app"; do cp -a "$part/." "$work/all/"; done
  printf '127.0.0.1 localhost\n' >"$work/all/etc/hosts"
  touch "$work/all/dev/"{null,random,urandom}
  # The cache is valid for files of exactly this path, size and time; the layers carry the same fixed time.
  find "$work/all" -xdev -exec touch -h -d @1 {} +
  say "training: starting the operator against $kube"
  run_inside "$port" -XX:AOTCacheOutput=/tmp/app.aot "${java_flags[@]}" -Xmx256m
  until_ready "$port"
  until_trained
  say "training: ready after $ready_ms ms without a cache; writing the cache"
  stop_inside
  [ -s "$work/all/tmp/app.aot" ] || die "the JVM wrote no ahead-of-time cache: $(log_excerpt)"
  mkdir -p "$work/aot/app"
  mv "$work/all/tmp/app.aot" "$work/aot/app/app.aot"
  cp "$work/aot/app/app.aot" "$work/all/app/app.aot"
  touch -d @1 "$work/all/app/app.aot" "$work/all/app"
  # AOTMode=on makes the JVM refuse to start without the cache: this proves that the image's own command will use it.
  run_inside "$port" -XX:AOTMode=on -XX:AOTCache=/app/app.aot "${java_flags[@]}" -Xmx256m
  until_ready "$port"
  stop_inside
  say "training: ready after $ready_ms ms with the cache ($(du -m "$work/aot/app/app.aot" | cut -f1) MB)"
}

# Packaged for an ahead-of-time cache, the manifest names every library; otherwise Quarkus loads them by a loader of its own.
is_aot_jar() {
  python3 - "$app/quarkus-run.jar" <<'PYTHON'
import sys, zipfile
manifest = zipfile.ZipFile(sys.argv[1]).read("META-INF/MANIFEST.MF").decode().replace("\r\n ", "").replace("\n ", "")
sys.exit(0 if " lib/main/" in manifest else 1)
PYTHON
}

if [ -n "$kube" ]; then
  for tool in curl unshare; do command -v $tool >/dev/null || die "$tool is missing; install it to train an ahead-of-time cache"; done
  is_aot_jar || die "$app is not packaged for an ahead-of-time cache; package the operator with -Dquarkus.package.jar.type=aot-jar"
  # Small object headers need archived classes of the same layout, which only the trained cache has.
  java_flags+=(-XX:+UseCompactObjectHeaders)
  # Moved to another address than it was made for, every page of the cache is written to and stays in memory.
  java_flags+=(-XX:ArchiveRelocationMode=0)
else
  say "no --train-with: the image gets no ahead-of-time cache and starts about twice as slowly"
fi

# Start-up data of the JDK's own classes; an ahead-of-time cache replaces it.
cds=()
[ -n "$kube" ] || cds=(--generate-cds-archive)
base_tree
runtime_tree "${cds[@]}"
app_trees
check_modules
layer operator-base "$base"
layer operator-java "$runtime"
layer operator-lib "$work/lib" 1 # jars are compressed already
layer operator-app "$work/app" 1
cache_flag=()
if [ -n "$kube" ]; then
  train
  layer operator-aot "$work/aot" 4
  cache_flag=(-XX:AOTCache=/app/app.aot)
fi
entry=()
for word in /opt/java/bin/java "${java_flags[@]}" "${cache_flag[@]}" -jar /app/quarkus-run.jar; do entry+=("--entrypoint=$word"); done
"$here/oci_archive.py" image "$archive" "$reference" "${layers[@]}" --workdir /app --port 8080 --path /opt/java/bin:/usr/bin --env MALLOC_ARENA_MAX=1 "${entry[@]}"
say "$archive  $reference  $(du -m "$archive" | cut -f1) MB  $((SECONDS - started)) s"

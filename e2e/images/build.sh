#!/usr/bin/env bash
# Container images of the engines, made of Debian packages without a container engine or a registry, plus the same
# servers unpacked to run on this machine. See README.md.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
repo=$(readlink -f "$here/../..")
out=$here/build
table=$repo/operator/src/main/resources/engines.properties
relocated=docker.io/example/valkey-relocated

usage() {
  cat <<HELP
Usage: build.sh [--all] [--refresh] [--force] [NAME...]
  Makes the images the end-to-end tests need: an archive build/NAME.tar each, under the reference that
  ${table#"$repo"/} gives it, and a runnable copy of each server: build/bin/valkey-server-8.1 and so on.
  Work whose inputs did not change is not done again.
  NAME       one of: valkey-8.1 valkey-8.1-relocated valkey-8.0 redis-7.0 valkey-9 writer; default: all but valkey-9
  --all      also valkey-9, from Debian's moving suite
  --refresh  fetch Debian's package lists again first
  --force    build even if nothing changed
Needs: apt-get and dpkg-deb, python3 (3.11 or newer), go. No root.
HELP
}

all=(valkey-8.1 valkey-8.1-relocated valkey-8.0 redis-7.0 writer)
names=() force=
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) usage; exit 0 ;;
    --all) names+=("${all[@]}" valkey-9) ;;
    --force) force=1 ;;
    --refresh) rm -rf "$out/.apt" ;;
    -*) usage >&2; exit 2 ;;
    *) names+=("$1") ;;
  esac
  shift
done
[ ${#names[@]} -gt 0 ] || names=("${all[@]}")

say() { printf '%s\n' "images: $*"; }
die() { printf '%s\n' "images: $*" >&2; exit 1; }
for tool in apt-get dpkg-deb python3 go flock; do command -v $tool >/dev/null || die "$tool is missing; install it and run this again"; done

mkdir -p "$out/bin" "$out/.stamps" "$out/.trees" "$out/.layers"
exec 9>"$out/.lock"
flock -n 9 || { say "another build is running, waiting for it"; flock 9; }

# The reference of an engine line, such as Valkey.8.1, from the one table.
reference_of() {
  local found
  found=$(sed -n "s/^${1//./\\.}=//p" "$table")
  [ -n "$found" ] || die "no line '$1=...' in $table"
  echo "$found"
}

# inputs NAME WORDS...: the hash of everything that decides what the image becomes.
inputs() { { printf '%s\n' "$@"; cat "$here"/{build.sh,debian-apt.sh,debian-tree.sh,oci_archive.py} "$here"/refusing-entrypoint/*.go; } | sha256sum | cut -d' ' -f1; }
fresh() { [ -z "$force" ] && [ -e "$out/$1.tar" ] && [ "$(cat "$out/.stamps/$1" 2>/dev/null)" = "$2" ]; }
report() { say "$1.tar  $2  $(du -m "$out/$1.tar" | cut -f1) MB  $((SECONDS - $3)) s"; }

# runnable PROGRAM NAME TREE: a command on this machine for a program of another Debian release. It starts the program by
# the tree's own loader and libraries, without installation or root; `exec` keeps process id and signals the program's own.
runnable() {
  cat >"$out/bin/$2.partial" <<WRAPPER
#!/bin/sh
tree=\$(dirname "\$(readlink -f "\$0")")/../.trees/$3
OPENSSL_CONF=/dev/null exec "\$tree/lib64/ld-linux-x86-64.so.2" --inhibit-cache --library-path "\$tree/usr/lib/x86_64-linux-gnu" "\$tree/usr/bin/$1" "\$@"
WRAPPER
  chmod +x "$out/bin/$2.partial"
  mv "$out/bin/$2.partial" "$out/bin/$2"
}

# server_tree TREE SUITE PROGRAM: the tools package holds the server too: one program that its own name decides about.
server_tree() {
  "$here/debian-tree.sh" "$out/.apt" "$2" "$out/.trees/$1.partial" "$3-tools" "/usr/bin/$3-check-rdb" "/usr/bin/$3-cli"
  mv "$out/.trees/$1.partial/usr/bin/$3-check-rdb" "$out/.trees/$1.partial/usr/bin/$3-server"
  rm -rf "${out:?}/.trees/$1"
  mv "$out/.trees/$1.partial" "$out/.trees/$1"
}
version_of() { "$1" --version | sed -n 's/.* v=\([0-9.]*\).*/\1/p'; }

# pack NAME REFERENCE TREE [image options...]
pack() {
  local name=$1 reference=$2 tree=$3
  shift 3
  "$here/oci_archive.py" layer "$out/.trees/$tree" "$out/.layers/$name" --owned /data --uid 999
  "$here/oci_archive.py" image "$out/$name.tar" "$reference" "$out/.layers/$name" --uid 999 --workdir /data --port 6379 "$@"
}

# engine NAME LINE SUITE PROGRAM: LINE is a key of the table; "moving" stands for a suite whose version nobody promises.
engine() {
  local name=$1 line=$2 suite=$3 program=$4 started=$SECONDS short=${1#*-} reference hash version
  if [ "$line" = moving ]; then reference=; else reference=$(reference_of "$line"); fi
  hash=$(inputs "$@" "$reference")
  if fresh "$name" "$hash"; then say "$name.tar is up to date"; return; fi
  rm -f "$out/.stamps/$name"
  say "making $name from Debian $suite"
  server_tree "$name" "$suite" "$program"
  runnable "$program-server" "$program-server-$short" "$name"
  runnable "$program-cli" "$program-cli-$short" "$name"
  version=$(version_of "$out/bin/$program-server-$short")
  [ -n "$version" ] || die "$name: $out/bin/$program-server-$short does not tell its version"
  if [ "$line" = moving ]; then
    reference=docker.io/$program/$program:$version
    grep -qxF "Valkey.${version%.*}=$reference" "$table" ||
      say "NOTE: Debian $suite has Valkey $version; $(basename "$table") has no line 'Valkey.${version%.*}=$reference'. The archive carries $reference."
  else
    [ "$version" = "${reference##*:}" ] || die "$name: Debian $suite has version $version, but $table says $reference. Correct the tag in the table, or take the package from another suite."
  fi
  pack "$name" "$reference" "$name" --entrypoint "$program-server"
  report "$name" "$reference" "$started"
  echo "$hash" >"$out/.stamps/$name"
}

# The same server where a pod that relies on fixed paths or on the image's entrypoint cannot start.
relocated_engine() {
  local name=valkey-8.1-relocated started=$SECONDS tree=$out/.trees/valkey-8.1-relocated tag hash
  engine valkey-8.1 Valkey.8.1 trixie valkey
  tag=$(reference_of Valkey.8.1)
  tag=${tag##*:}
  hash=$(inputs "$name" "$tag")
  if fresh "$name" "$hash"; then say "$name.tar is up to date"; return; fi
  rm -rf "$tree" "$out/.stamps/$name"
  cp -a "$out/.trees/valkey-8.1" "$tree"
  mkdir -p "$tree/opt/valkey/bin"
  mv "$tree"/usr/bin/valkey-* "$tree/opt/valkey/bin/"
  (cd "$here/refusing-entrypoint" && CGO_ENABLED=0 GOFLAGS=-mod=mod go build -trimpath -ldflags='-s -w' -o "$tree/opt/valkey/entrypoint" main.go)
  pack "$name" "$relocated:$tag" "$name" --path /opt/valkey/bin:/usr/bin --entrypoint /opt/valkey/entrypoint --cmd valkey-server
  report "$name" "$relocated:$tag" "$started"
  echo "$hash" >"$out/.stamps/$name"
}

load_client() {
  local started=$SECONDS reference=docker.io/example/cachecluster-writer:1 program=$repo/e2e/writer/bin/writer tree=$out/.trees/writer hash
  "$repo/e2e/writer/build.sh"
  hash=$(inputs writer "$(sha256sum <"$program")")
  if fresh writer "$hash"; then say "writer.tar is up to date"; return; fi
  rm -rf "$tree"
  mkdir -p "$tree"/{tmp,usr/bin}
  chmod 1777 "$tree/tmp"
  cp "$program" "$tree/usr/bin/writer"
  "$here/oci_archive.py" layer "$tree" "$out/.layers/writer"
  "$here/oci_archive.py" image "$out/writer.tar" "$reference" "$out/.layers/writer" --entrypoint /usr/bin/writer
  report writer "$reference" "$started"
  echo "$hash" >"$out/.stamps/writer"
}

for name in "${names[@]}"; do
  case $name in
    valkey-8.1) engine valkey-8.1 Valkey.8.1 trixie valkey ;;
    valkey-8.1-relocated) relocated_engine ;;
    valkey-8.0) engine valkey-8.0 Valkey.8.0 bookworm/bookworm-backports valkey ;;
    redis-7.0) engine redis-7.0 Redis.7.0 bookworm redis ;;
    valkey-9) engine valkey-9 moving sid valkey ;;
    writer) load_client ;;
    *) die "no image is called '$name'; build.sh --help lists them" ;;
  esac
done

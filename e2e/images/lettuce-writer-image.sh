#!/usr/bin/env bash
# The image of the Java load client, e2e/lettuce-writer, on the base and the Java runtime of the operator's image.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
repo=$(readlink -f "$here/../..")
out=$here/build
module=$repo/e2e/lettuce-writer
reference=docker.io/example/cachecluster-lettuce-writer:1
archive=$out/lettuce-writer.tar
stamp=$out/.stamps/lettuce-writer

usage() {
  cat <<HELP
Usage: lettuce-writer-image.sh [--force]
  Compiles ${module#"$repo"/} and makes ${archive#"$repo"/}, image $reference.
  Does nothing if nothing changed; base, runtime and libraries are kept in build/.
  --force  build even if nothing changed
Needs: JDK 25 (JAVA_HOME, or a directory under /usr/lib/jvm), Maven, python3, apt-get. No root.
HELP
}

# Named somewhere in the libraries, but on no path that writes and reads keys.
unused_modules=" java.desktop java.rmi jdk.compiler "
# The first compiler alone: its code is good at once, so that a hand-over is measured and not the second one's work. The
# heap holds the numbers of as many writes as the program accepts.
java_flags=(-XX:+UseSerialGC -Xms48m -Xmx192m -Xss512k -XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=32m -XX:MaxMetaspaceSize=64m)
java_flags+=(-XX:MaxDirectMemorySize=24m -XX:+ExitOnOutOfMemoryError -XX:-UsePerfData -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8)
# Netty would unpack its library for epoll into /tmp, which a read-only root has not.
java_flags+=(-Djava.library.path=/app/native --enable-native-access=ALL-UNNAMED)
# Netty uses what the JDK warns of, and would say so at each start.
java_flags+=(--sun-misc-unsafe-memory-access=allow)

force=
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) usage; exit 0 ;;
    --force) force=1 ;;
    *) usage >&2; exit 2 ;;
  esac
  shift
done

say() { printf '%s\n' "lettuce writer image: $*"; }
die() { printf '%s\n' "lettuce writer image: $*" >&2; exit 1; }
for tool in mvn python3 apt-get flock; do command -v $tool >/dev/null || die "$tool is missing; install it and run this again"; done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. "$here/java-layers.sh"
mkdir -p "$out/.stamps"
started=$SECONDS

inputs=$({
  cat "$repo/pom.xml" "$module/pom.xml" "$JAVA_HOME/release" "$here"/{lettuce-writer-image,java-layers,debian-apt,debian-tree}.sh "$here/oci_archive.py"
  hash_of_files "$module/src/main"
} | hash_of)
if [ -z "$force" ] && [ -e "$archive" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$inputs" ]; then
  say "$(basename "$archive") is up to date"
  exit 0
fi
rm -f "$stamp"

say "compiling ${module#"$repo"/}"
rm -rf "$module/target/lib" # libraries of an older version would stay
"$repo/scripts/maven.sh" -q package -pl "${module#"$repo"/}" -am -DskipTests 9>&-
mkdir -p "$work/lib/app" "$work/app/app"
cp -a "$module/target/lib" "$work/lib/app/"
cp -a "$module/target/classes" "$work/app/app/"
python3 - "$work/lib/app" <<'PYTHON'
import pathlib, sys, zipfile
app = pathlib.Path(sys.argv[1])
(app / "native").mkdir()
[jar] = app.glob("lib/netty-transport-native-epoll-*-linux-x86_64.jar")
with zipfile.ZipFile(jar) as archive:
    [library] = [name for name in archive.namelist() if name.endswith(".so")]
    target = app / "native" / pathlib.Path(library).name
    target.write_bytes(archive.read(library))
    target.chmod(0o755)
PYTHON

base_tree
# Without start-up data, as the operator's trained image has it: the two have this layer in common.
runtime_tree
check_modules
layer operator-base "$base"
layer operator-java "$runtime"
layer lettuce-writer-lib "$work/lib" 1 # jars are compressed already
layer lettuce-writer-app "$work/app" 1
entry=()
for word in /opt/java/bin/java "${java_flags[@]}" -cp '/app/classes:/app/lib/*' dev.cachecluster.lettucewriter.Main; do entry+=("--entrypoint=$word"); done
"$here/oci_archive.py" image "$archive" "$reference" "${layers[@]}" --workdir /app --path /opt/java/bin:/usr/bin --env MALLOC_ARENA_MAX=1 "${entry[@]}"
echo "$inputs" >"$stamp"
say "$(basename "$archive")  $reference  $(du -m "$archive" | cut -f1) MB  $((SECONDS - started)) s"

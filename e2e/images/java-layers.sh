# shellcheck shell=bash
# What images of Java programs share: a base, a Java runtime cut to the modules in use, and the packing of layers. Sourced
# by operator-image.sh and lettuce-writer-image.sh, whose images have base and runtime in common.
# It reads   here, out, work (directories), unused_modules, and calls say and die.
# It gives   JAVA_HOME, base, runtime (directories), layers (files), and a lock that lasts as long as the script.

# What the operator, Lettuce and their libraries use: TLS and certificates, the HTTP client, JNDI for BouncyCastle, JFR and
# management beans for metrics, Kerberos classes that Netty and Vert.x refer to. `jdeps` checks the list, see check_modules.
modules=java.base,java.compiler,java.instrument,java.logging,java.management,java.naming,java.net.http,java.security.jgss
modules+=,java.security.sasl,java.sql,java.transaction.xa,java.xml,jdk.crypto.ec,jdk.jfr,jdk.management,jdk.naming.dns,jdk.net
modules+=,jdk.nio.mapmode,jdk.security.auth,jdk.unsupported,jdk.zipfs

is_jdk_25() { grep -q '^JAVA_VERSION="25' "$1/release" 2>/dev/null && [ -x "$1/bin/jlink" ]; }
if ! is_jdk_25 "${JAVA_HOME:-/none}"; then
  for JAVA_HOME in /usr/lib/jvm/*; do is_jdk_25 "$JAVA_HOME" && break; done
  is_jdk_25 "$JAVA_HOME" || die "no JDK 25 found; set JAVA_HOME to one"
fi

mkdir -p "$out/.layers" "$out/.trees"
exec 9>"$out/.java-lock"
flock -n 9 || { say "another build is running, waiting for it"; flock 9; }

hash_of() { sha256sum | cut -c1-16; }
hash_of_files() { (cd "$1" && find . -type f -print0 | sort -z | xargs -0 sha256sum) | hash_of; }
packer=$(hash_of <"$here/oci_archive.py")
layers=()

# layer NAME TREE [LEVEL]: packs TREE unless this very content was packed before; remembers the layer for the image.
layer() {
  local file
  file=$out/.layers/$1-$({ hash_of_files "$2"; echo "$packer"; } | hash_of)
  if [ -e "$file" ] && [ -e "$file.json" ]; then touch "$file" "$file.json"; else "$here/oci_archive.py" layer "$2" "$file" --level "${3:-6}"; fi
  find "$out/.layers" -name "$1-*" -mtime +7 -delete
  layers+=("$file")
}

# cached NAME HASH: sets `tree` to the directory of what depends on HASH alone; true if it exists already.
cached() {
  tree=$out/.trees/$1-$2
  find "$out/.trees" -maxdepth 1 -name "$1-*" -not -name "*-$2" -mtime +7 -exec rm -rf {} +
  [ -d "$tree" ] && touch "$tree"
}

# Sets `base`.
base_tree() {
  if ! cached operator-base "$(cat "$here"/debian-{apt,tree}.sh | hash_of)"; then
    say "making the base from Debian packages"
    "$here/debian-tree.sh" "$out/.apt" bookworm "$tree.partial" libc6,zlib1g,ca-certificates,tzdata libm.so.6 libdl.so.2 libpthread.so.0 librt.so.1 libz.so.1
    rm -r "$tree.partial/data"
    mkdir "$tree.partial/app"
    mv "$tree.partial" "$tree"
  fi
  base=$tree
}

# trim_providers FILE: names the security providers that are linked in and no others. One that is not there is looked for
# by Java in all libraries whenever an algorithm is not found at once, and finding BouncyCastle's costs half a second.
trim_providers() {
  sed -i -E "/^security\.provider\.[0-9]+=(SunJGSS|SunSASL|XMLDSig|SunPCSC|JdkLDAP|JdkSASL|SunPKCS11)( |$)/d" "$1"
  [ "$(grep -c '^security\.provider\.' "$1")" = 5 ] || die "the JDK's list of security providers is another than expected: $(grep '^security\.provider\.' "$1")"
}

# runtime_tree [JLINK OPTION...]: sets `runtime`.
runtime_tree() {
  local options=(--add-modules "$modules" --strip-debug --no-header-files --no-man-pages --compress=zip-0 "$@")
  if ! cached operator-java "$({ cat "$JAVA_HOME/release"; echo "${options[@]}"; declare -f trim_providers; } | hash_of)"; then
    say "linking the Java runtime of $JAVA_HOME"
    rm -rf "$tree.partial"
    mkdir -p "$tree.partial/opt"
    "$JAVA_HOME/bin/jlink" "${options[@]}" --output "$tree.partial/opt/java" >"$work/jlink.log" 2>&1 || die "jlink failed: $(cat "$work/jlink.log")"
    rm -f "$tree.partial/opt/java/lib/server/classes_nocoops.jsa" # for heaps of 32 GiB and more
    trim_providers "$tree.partial/opt/java/conf/security/java.security"
    mv "$tree.partial" "$tree"
  fi
  runtime=$tree
}

# Fails if the libraries in $work/lib and $work/app name a module that is neither in the runtime nor in unused_modules. Asked
# once per set of libraries.
check_modules() {
  local checked needed missing=
  checked=$out/.layers/java-modules-$({ hash_of_files "$work/lib"; echo "$modules $unused_modules"; } | hash_of)
  if [ -e "$checked" ]; then touch "$checked"; return; fi
  say "checking the module list with jdeps"
  # All classes in one directory: jdeps would resolve the module descriptors that some jars carry and others lack.
  python3 - "$work/lib" "$work/app" "$work/classes" <<'PYTHON'
import pathlib, sys, zipfile
*sources, target = sys.argv[1:]
for jar in sorted(jar for source in sources for jar in pathlib.Path(source).rglob("*.jar")):
    with zipfile.ZipFile(jar) as archive:
        names = [n for n in archive.namelist() if n.endswith(".class") and "META-INF/" not in n and not n.endswith("module-info.class")]
        archive.extractall(target, names)
PYTHON
  needed=$("$JAVA_HOME/bin/jdeps" --ignore-missing-deps --list-deps "$work/classes" 2>"$work/jdeps.log") ||
    die "jdeps failed: $needed $(cat "$work/jdeps.log")"
  for module in $(sed -nE 's#^ *((java|jdk)\.[a-z.]+).*#\1#p' <<<"$needed" | sort -u); do
    case ",$modules," in *,$module,*) continue ;; esac
    case $unused_modules in *" $module "*) continue ;; esac
    missing+=" $module"
  done
  [ -z "$missing" ] || die "the application's libraries use$missing; add it to 'modules' in $here/java-layers.sh, or to 'unused_modules' in $0 if no path of the program leads there"
  touch "$checked"
}

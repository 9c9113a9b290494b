#!/usr/bin/env bash
# Prints the home of a JDK that is new enough: JAVA_HOME, the `java` of the PATH, or one of the usual places.
set -euo pipefail
need=25

version_of() { "$1/bin/javac" -version 2>&1 | sed -nE 's/^javac ([0-9]+).*/\1/p'; }

candidates=()
[ -n "${JAVA_HOME:-}" ] && candidates+=("$JAVA_HOME")
command -v javac >/dev/null && candidates+=("$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")")
for home in /usr/lib/jvm/* /opt/java/* "$HOME"/.sdkman/candidates/java/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
  [ -x "$home/bin/javac" ] && candidates+=("$home")
done
for home in ${candidates[@]+"${candidates[@]}"}; do
  found=$(version_of "$home" || true)
  if [ -n "$found" ] && [ "$found" -ge $need ]; then
    echo "$home"
    exit 0
  fi
done
echo "No JDK $need or newer was found in JAVA_HOME, on the PATH or below /usr/lib/jvm. Install one (for example Temurin $need) or set JAVA_HOME." >&2
exit 1

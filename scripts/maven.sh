#!/usr/bin/env bash
# Maven with a JDK that is new enough, from the root of the project.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
JAVA_HOME=$(scripts/jdk.sh)
export JAVA_HOME
command -v mvn >/dev/null || { echo "mvn is missing: install Apache Maven 3.8 or newer" >&2; exit 1; }
exec mvn "$@"

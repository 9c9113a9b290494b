#!/usr/bin/env bash
# Makes every image of the project as an archive in e2e/images/build: engines and load client of Debian packages and Go, the
# operator of its own build. What did not change is not made again.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
e2e/images/build.sh
scripts/operator-image.sh
e2e/images/lettuce-writer-image.sh

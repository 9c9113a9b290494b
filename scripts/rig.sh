#!/usr/bin/env bash
# The rig of this checkout: `rig.sh up [NODES]`, or any other command of kuberig. Builds kuberig first if its sources changed.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
command -v go >/dev/null || { echo "go is missing: install Go 1.26 or newer" >&2; exit 1; }
e2e/kubernetes/build.sh >&2
rig=e2e/kubernetes/bin/kuberig
case ${1:-} in
  up)
    [ "$(id -u)" = 0 ] || { echo "the rig needs root: it makes namespaces and mounts. Run: sudo make ${MAKECMDGOALS:-cluster}" >&2; exit 1; }
    $rig setup
    # Volumes on a disk of their own, part of it encrypted, where the kernel can do that. It takes what is written.
    area=()
    [ ! -e /sys/fs/ext4/features/encryption ] || area=(--encrypted-mb 16384)
    exec $rig up --nodes "${2:-3}" ${area[@]+"${area[@]}"}
    ;;
  *) exec $rig "$@" ;;
esac

#!/usr/bin/env bash
# The inner loop: the operator as it stands in the working tree, in the rig that runs.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
. scripts/target.sh
[ "$target" = rig ] || { echo "make dev works on the rig only; unset KUBECONFIG" >&2; exit 1; }
scripts/maven.sh -o -q install -pl crds,operator -am -DskipTests
e2e/images/operator-image.sh operator/target/quarkus-app e2e/images/build/operator-dev.tar docker.io/cachecluster/operator:0.1.0
e2e/kubernetes/bin/kuberig images load e2e/images/build/operator-dev.tar
"${kubectl[@]}" apply -k manifests/overlays/all-namespaces >/dev/null
"${kubectl[@]}" -n cachecluster-system rollout restart deployment/cachecluster-operator
"${kubectl[@]}" -n cachecluster-system rollout status deployment/cachecluster-operator --timeout=120s
echo "following the log; end with Ctrl-C"
exec "${kubectl[@]}" -n cachecluster-system logs -f -l app.kubernetes.io/name=cachecluster-operator --tail=5 --prefix

# Sourced: which cluster is meant? Sets `kubectl` (an array), `target` (rig or own) and KUBECONFIG.
# A KUBECONFIG of the user's own is used as it is; the rig is recognised by the label of its kube-system namespace.
target=rig
if [ -n "${KUBECONFIG:-}" ]; then
  command -v kubectl >/dev/null || { echo "KUBECONFIG is set, but there is no kubectl on the PATH" >&2; exit 1; }
  label=$(kubectl get namespace kube-system -o 'jsonpath={.metadata.labels.cachecluster\.dev/rig}') || {
    echo "the cluster of KUBECONFIG=$KUBECONFIG does not answer; unset KUBECONFIG to use the rig" >&2
    exit 1
  }
  [ "$label" = true ] || target=own
fi
if [ "$target" = rig ]; then
  KUBECONFIG=$(scripts/rig.sh kubeconfig 2>/dev/null || true)
  export KUBECONFIG
  kubectl=(e2e/kubernetes/bin/kuberig kubectl)
else
  kubectl=(kubectl)
fi

package dev.cachecluster.operator.desired;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything a cluster should consist of.
 *
 * @param names the names that all of it goes by
 * @param replicas beside the primary
 * @param image what the servers run
 * @param leaves the certificates it needs
 * @param secrets rendered from the identities; empty until those exist
 * @param members the StatefulSets by member name, in order
 * @param claims of the members' volumes, by member; empty if nothing is kept
 * @param accessList the users that the servers shall have; empty until the identities exist
 * @param userLeaves the client certificates of applications
 * @param paths the network paths of applications
 * @param serverCertificate whose certificate the servers show
 * @param settings what a running server is told to take over, by setting
 */
public record DesiredState(
    Names names,
    int replicas,
    String image,
    List<LeafRequest> leaves,
    List<Secret> secrets,
    NetworkPolicy networkPolicy,
    ConfigMap configMap,
    List<Service> services,
    List<PodDisruptionBudget> budgets,
    Map<String, StatefulSet> members,
    Map<String, PersistentVolumeClaim> claims,
    Map<String, String> settings,
    Optional<AccessList> accessList,
    List<LeafRequest> userLeaves,
    List<NetworkPolicy> paths,
    Grants grants,
    ServerCertificate serverCertificate) {

  /** The Service that leads to the primary, selecting this member. */
  public Service primaryService(Optional<String> member) {
    return new Networking(names).primary(member);
  }

  /** All objects, as golden files show them; roles and certificates are not objects of a spec. */
  public List<HasMetadata> objects() {
    var all = new ArrayList<HasMetadata>();
    all.add(networkPolicy);
    all.addAll(paths);
    all.addAll(secrets);
    all.add(configMap);
    all.addAll(services);
    all.addAll(budgets);
    all.addAll(claims.values());
    all.addAll(members.values());
    return all;
  }
}

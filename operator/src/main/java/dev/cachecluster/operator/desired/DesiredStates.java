package dev.cachecluster.operator.desired;

import dev.cachecluster.api.v1alpha1.CacheClusterSpec;
import dev.cachecluster.operator.acl.SystemUsers;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes the desired state of a cluster from its spec. */
public final class DesiredStates {
  private final EngineImages images;
  private final OperatorIdentity operator;

  public DesiredStates(EngineImages images, OperatorIdentity operator) {
    this.images = images;
    this.operator = operator;
  }

  public EngineImages images() {
    return images;
  }

  /**
   * The desired state.
   *
   * @param image the image the servers shall run, chosen before
   * @param identities the secret material, once it was made
   * @param primary the member that the lineage names, if there is one
   * @param grants what applications were granted
   */
  public DesiredState of(
      Names names,
      CacheClusterSpec spec,
      String image,
      Optional<Identities> identities,
      Optional<String> primary,
      Grants grants) {
    var networking = new Networking(names);
    var access = identities.map(known -> new Access(names, known, grants));
    int replicas = spec.topology().replicas();
    var members = members(names, spec, image);
    return new DesiredState(
        names,
        replicas,
        image,
        leaves(names, replicas),
        access.map(known -> List.of(known.serverSecret())).orElse(List.of()),
        networking.policy(operator, Egress.rules(spec.openings())),
        configMap(names, spec),
        List.of(networking.headless(), networking.primary(primary), networking.replicas()),
        new Disruption(names).budgets(replicas),
        members,
        new Persistence(names, spec.persistence()).claims(members.keySet()),
        ServerConfig.live(spec),
        access.map(Access::list),
        grants.admitted().stream()
            .map(grant -> LeafRequest.ofUser(names.userTlsSecret(grant.user()), grant.user()))
            .toList(),
        grants.admitted().stream().map(networking::path).toList(),
        grants,
        ServerCertificate.of(
            names,
            spec,
            leaves(names, replicas).stream()
                .flatMap(leaf -> leaf.hosts().stream())
                .distinct()
                .toList()));
  }

  private static List<LeafRequest> leaves(Names names, int replicas) {
    var leaves = new ArrayList<LeafRequest>();
    leaves.add(LeafRequest.client(names.operatorTlsSecret(), SystemUsers.OPERATOR));
    for (int ordinal = 0; ordinal <= replicas; ordinal++) {
      var member = names.member(ordinal);
      leaves.add(LeafRequest.server(names.memberTlsSecret(member), member, hosts(names, member)));
    }
    return leaves;
  }

  /** Any member may come to lead, so each vouches for the Services as well as for itself. */
  private static List<String> hosts(Names names, String member) {
    var hosts = new ArrayList<String>();
    hosts.add(names.host(member));
    for (var service : List.of(names.primaryService(), names.replicasService())) {
      hosts.add(names.serviceHost(service));
      hosts.add(service + "." + names.namespace() + ".svc");
      hosts.add(service + "." + names.namespace());
      hosts.add(service);
    }
    hosts.add("localhost");
    return hosts;
  }

  private static ConfigMap configMap(Names names, CacheClusterSpec spec) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(names.configMap())
        .withNamespace(names.namespace())
        .withLabels(Labels.of(names.cluster()))
        .endMetadata()
        .withData(Map.of(ServerConfig.FILE, ServerConfig.render(spec)))
        .build();
  }

  private static Map<String, StatefulSet> members(
      Names names, CacheClusterSpec spec, String image) {
    var workload = new Workload(names, spec, image);
    var members = new LinkedHashMap<String, StatefulSet>();
    for (int ordinal = 0; ordinal <= spec.topology().replicas(); ordinal++) {
      var member = names.member(ordinal);
      members.put(member, workload.member(member));
    }
    return members;
  }
}

package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.model.annotation.LabelSelector;
import io.fabric8.kubernetes.model.annotation.StatusReplicas;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the cache is, as the operator found it. Written by the operator only.
 *
 * @param observedGeneration The generation of the spec that this status speaks of.
 * @param phase One word for people; programs read the conditions.
 * @param plan What the operator does next, and why, in one line.
 * @param endpoints Where clients connect.
 * @param conditions What was proven, each with a reason.
 * @param engine The server that was chosen.
 * @param primary The member that takes the writes.
 * @param members All servers with their places.
 * @param tls The certificates in use.
 * @param network When the isolation of the network was looked at last.
 * @param replicas Replicas that run, beside the primary; for the scale subresource.
 * @param selector Selects the pods of this cache; for the scale subresource.
 * @param rollout A restart of all members that is under way.
 * @param pendingRestart Changes that wait for the next restart.
 * @param topology Shards and servers per shard, for example 1x3.
 * @param lastHandled The tokens that were acted on.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record CacheClusterStatus(
    @Nullable Long observedGeneration,
    @Nullable String phase,
    @Nullable String plan,
    @Nullable EndpointsStatus endpoints,
    @Nullable List<Condition> conditions,
    @Nullable EngineStatus engine,
    @Nullable String primary,
    @Nullable List<MemberStatus> members,
    @Nullable ClusterTlsStatus tls,
    @Nullable NetworkStatus network,
    @StatusReplicas @Nullable Integer replicas,
    @LabelSelector @Nullable String selector,
    @Nullable RolloutStatus rollout,
    @Nullable PendingRestartStatus pendingRestart,
    @Nullable String topology,
    @Nullable ClusterHandledStatus lastHandled) {

  public CacheClusterStatus {
    conditions = Copies.list(conditions);
    members = Copies.list(members);
  }
}

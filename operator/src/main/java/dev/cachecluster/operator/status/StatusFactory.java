package dev.cachecluster.operator.status;

import dev.cachecluster.api.v1alpha1.AuthorityStatus;
import dev.cachecluster.api.v1alpha1.CacheClusterStatus;
import dev.cachecluster.api.v1alpha1.ClusterHandledStatus;
import dev.cachecluster.api.v1alpha1.ClusterTlsStatus;
import dev.cachecluster.api.v1alpha1.EndpointsStatus;
import dev.cachecluster.api.v1alpha1.EngineStatus;
import dev.cachecluster.api.v1alpha1.MemberStatus;
import dev.cachecluster.api.v1alpha1.PendingRestartStatus;
import dev.cachecluster.api.v1alpha1.RolloutStatus;
import dev.cachecluster.operator.desired.DesiredState;
import dev.cachecluster.operator.desired.Labels;
import dev.cachecluster.operator.desired.Names;
import dev.cachecluster.operator.engine.Role;
import dev.cachecluster.operator.observed.Lineage;
import dev.cachecluster.operator.observed.ObservedMember;
import dev.cachecluster.operator.observed.ObservedMember.ProcessState;
import dev.cachecluster.operator.observed.ObservedPod;
import dev.cachecluster.operator.observed.ObservedState;
import dev.cachecluster.operator.observed.ServerFiles;
import dev.cachecluster.operator.pki.CertificateView;
import dev.cachecluster.operator.plan.Action;
import dev.cachecluster.operator.plan.Blocked;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tells a cluster's state. Every word of it was seen in this pass; nothing is copied from the spec.
 */
public final class StatusFactory {

  /** The status; equal to the previous one if nothing that it tells has changed. */
  public CacheClusterStatus of(StatusInput input) {
    var previous = input.cluster().getStatus();
    var verdict = new Verdict(input);
    var generation = Optional.ofNullable(input.cluster().getMetadata().getGeneration()).orElse(0L);
    var conditions =
        new Conditions(
            previous == null ? null : previous.conditions(), generation, input.world().now());
    verdict.conditions(conditions);
    var storage = new StorageVerdict(input);
    storage.condition(conditions);
    var network = new NetworkVerdict(input);
    network.condition(conditions);
    var desired = input.desired();
    var names = desired.names();
    return new CacheClusterStatus(
        generation,
        verdict.phase(),
        plan(input),
        new EndpointsStatus(
            names.serviceHost(names.primaryService()),
            desired.replicas() == 0 ? null : names.serviceHost(names.replicasService()),
            Names.PORT,
            null),
        conditions.build(),
        engine(input),
        input.world().lineage().map(Lineage::primary).orElse(null),
        input.world().members().stream()
            .map(member -> member(member, desired, input.world(), storage))
            .toList(),
        tls(input.world(), desired),
        network.run(),
        Math.max(0, running(input.world()) - 1),
        Labels.members(names.cluster()).entrySet().stream()
            .map(label -> label.getKey() + "=" + label.getValue())
            .collect(Collectors.joining(",")),
        rollout(input),
        pendingRestart(input),
        "1x" + (desired.replicas() + 1),
        input
            .world()
            .authority()
            .flatMap(authority -> authority.state().handled())
            .map(ClusterHandledStatus::new)
            .orElse(null));
  }

  private static int running(ObservedState world) {
    return (int) world.members().stream().filter(member -> member.view().isPresent()).count();
  }

  /**
   * What is done in this pass is done when this is read; what it waits for is what helps a reader.
   */
  private static String plan(StatusInput input) {
    var waits =
        input.plan().blocked().stream().map(Blocked::toString).collect(Collectors.joining(" · "));
    return waits.isEmpty() ? "nothing to do" : waits;
  }

  private static EngineStatus engine(StatusInput input) {
    var version =
        input.world().members().stream()
            .flatMap(member -> member.view().stream())
            .map(view -> view.version())
            .distinct()
            .sorted()
            .collect(Collectors.joining(", "));
    return new EngineStatus(version.isEmpty() ? null : version, input.desired().image(), null);
  }

  private static MemberStatus member(
      ObservedMember member, DesiredState desired, ObservedState world, StorageVerdict storage) {
    var name = member.name();
    var volume = storage.volume(name);
    var host = world.lineage().map(line -> desired.names().host(line.primary()));
    return switch (member.process()) {
      case ProcessState.Answering(var view) when view.role() instanceof Role.Primary ->
          new MemberStatus(name, "Primary", "Serving", volume);
      case ProcessState.Answering _ ->
          new MemberStatus(
              name,
              "Replica",
              host.filter(member::streamsFrom).isPresent() ? "Streaming" : "Syncing",
              volume);
      case ProcessState.Ended _ -> new MemberStatus(name, "None", "Down", volume);
      case ProcessState.Silent _, ProcessState.Refusing _ ->
          new MemberStatus(name, "None", "Unknown", volume);
    };
  }

  private static @Nullable ClusterTlsStatus tls(ObservedState world, DesiredState desired) {
    var first =
        desired.members().keySet().stream()
            .map(desired.names()::memberTlsSecret)
            .flatMap(
                secret ->
                    Stream.concat(
                        Stream.ofNullable(world.leaves().get(secret)),
                        world.files().getOrDefault(secret, ServerFiles.NONE).server().stream()))
            .map(CertificateView::notAfter)
            .min(Instant::compareTo)
            .map(StatusFactory::time);
    return first.isEmpty() && world.authority().isEmpty()
        ? null
        : new ClusterTlsStatus(
            first.orElse(null),
            world
                .authority()
                .map(
                    authority ->
                        new AuthorityStatus(
                            time(authority.state().current().view().notAfter()),
                            authority.phase().text()))
                .orElse(null));
  }

  private static String time(Instant moment) {
    return moment.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static @Nullable RolloutStatus rollout(StatusInput input) {
    var restart =
        input.plan().actions().stream()
            .filter(Action.Restart.class::isInstance)
            .map(Action.Restart.class::cast)
            .findFirst();
    var blocked = input.plan().blockedAt(Blocked.StageName.ROLLOUT);
    if (restart.isPresent()) {
      return new RolloutStatus("Restart", restart.get().member(), restart.get().reason().text());
    }
    var outdated = outdated(input, Labels.SPEC, ObservedPod::spec);
    return blocked.isPresent() || !outdated.isEmpty()
        ? new RolloutStatus(
            "Waiting", outdated.isEmpty() ? null : outdated.getFirst(), "TemplateChanged")
        : null;
  }

  /** What only a newer operator brings waits for the next restart, and is said. */
  private static @Nullable PendingRestartStatus pendingRestart(StatusInput input) {
    boolean newer = !outdated(input, Labels.TEMPLATE, ObservedPod::template).isEmpty();
    return newer && outdated(input, Labels.SPEC, ObservedPod::spec).isEmpty()
        ? new PendingRestartStatus(List.of("OperatorUpgraded"))
        : null;
  }

  private static List<String> outdated(
      StatusInput input, String annotation, Function<ObservedPod, String> digest) {
    Map<String, String> wanted =
        input.desired().members().entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey,
                    entry ->
                        entry
                            .getValue()
                            .getSpec()
                            .getTemplate()
                            .getMetadata()
                            .getAnnotations()
                            .get(annotation)));
    return input.world().members().stream()
        .filter(member -> wanted.containsKey(member.name()))
        .filter(
            member ->
                member
                    .pod()
                    .filter(pod -> !digest.apply(pod).equals(wanted.get(member.name())))
                    .isPresent())
        .map(ObservedMember::name)
        .toList();
  }
}

package dev.cachecluster.operator.plan;

import static dev.cachecluster.operator.plan.Decisions.P;
import static dev.cachecluster.operator.plan.Decisions.R;
import static dev.cachecluster.operator.plan.Decisions.history;
import static dev.cachecluster.operator.plan.Decisions.member;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cachecluster.api.v1alpha1.CacheClusterSpec;
import dev.cachecluster.api.v1alpha1.EncryptionSpec;
import dev.cachecluster.api.v1alpha1.PersistenceMode;
import dev.cachecluster.api.v1alpha1.PersistenceSpec;
import dev.cachecluster.api.v1alpha1.VolumePolicy;
import dev.cachecluster.operator.desired.DataLook;
import dev.cachecluster.operator.desired.DesiredState;
import dev.cachecluster.operator.desired.SampleCluster;
import dev.cachecluster.operator.engine.History;
import dev.cachecluster.operator.observed.MemberSketch;
import dev.cachecluster.operator.observed.StorageSketch;
import dev.cachecluster.operator.observed.WorldSketch;
import dev.cachecluster.operator.volume.Verdict;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a picture does not show of files that cannot be read: how a template comes and goes. */
class DataStageTest {
  private static final History A = history('a', 1100);
  private static final Verdict CUT = new Verdict.Cut("appendonly.aof.1.incr.aof", 4000, 4096);
  private static final Verdict MOVED = new Verdict.SetAside("aside-uid-of-the-pod-before");

  private final CacheClusterSpec spec = kept(SampleCluster.spec(1));
  private final DesiredState desired = SampleCluster.desired(spec, Optional.of(P));

  private static CacheClusterSpec kept(CacheClusterSpec spec) {
    return new CacheClusterSpec(
        spec.engine(),
        spec.topology(),
        spec.memory(),
        spec.cpu(),
        spec.config(),
        spec.placement(),
        spec.tls(),
        spec.access(),
        spec.network(),
        new PersistenceSpec(
            PersistenceMode.APPEND_ONLY,
            "192Mi",
            "fast",
            EncryptionSpec.DEFAULTS,
            VolumePolicy.RETAIN));
  }

  private WorldSketch world(MemberSketch replica) throws JsonProcessingException {
    return new WorldSketch(desired, spec)
        .lineage(Decisions.P_LEADS)
        .storage(
            StorageSketch.read(
                new ObjectMapper()
                    .readTree(
                        "{\"class\": {\"name\": \"fast\", \"provisioner\": \"ebs.csi.aws.com\","
                            + " \"parameters\": {\"encrypted\": \"true\"}}, \"volumes\":"
                            + " {\"demo-0-0\": \"bound\", \"demo-0-1\": \"bound\"}}")))
        .member(member(desired, P).leads(A).marked(3, P))
        .member(replica);
  }

  private MemberSketch crashing() {
    return member(desired, R).notRunning("CrashLoopBackOff", true);
  }

  private Plan plan(WorldSketch world) {
    return Decisions.plan(desired, spec, world.build());
  }

  private List<Action.Restart> restarts(WorldSketch world) {
    return plan(world).actions().stream()
        .filter(Action.Restart.class::isInstance)
        .map(Action.Restart.class::cast)
        .toList();
  }

  private StatefulSet looking() {
    return DataLook.before(
        Objects.requireNonNull(desired.members().get(R)),
        WorldSketch.IMAGE,
        PersistenceMode.APPEND_ONLY,
        new DataLook.Order.Inspect());
  }

  private static List<String> order(Action.Restart restart) {
    return restart
        .workload()
        .getSpec()
        .getTemplate()
        .getSpec()
        .getInitContainers()
        .getFirst()
        .getArgs();
  }

  private boolean putsBack(WorldSketch world) {
    return plan(world).actions().stream()
        .anyMatch(
            action ->
                action instanceof Action.Apply(var object, var _)
                    && object instanceof StatefulSet set
                    && set.getMetadata().getName().equals(R)
                    && set.getSpec().getTemplate().getSpec().getInitContainers().isEmpty());
  }

  @Test
  void aPodThatDoesNotStartIsLookedIntoAndNothingIsChangedByThat() throws Exception {
    assertThat(restarts(world(crashing())))
        .singleElement()
        .satisfies(
            restart -> {
              assertThat(restart.reason()).isEqualTo(RestartReason.DATA_LOOKED_AT);
              assertThat(order(restart).getFirst()).isEqualTo("inspect");
              var mount =
                  restart
                      .workload()
                      .getSpec()
                      .getTemplate()
                      .getSpec()
                      .getInitContainers()
                      .getFirst()
                      .getVolumeMounts()
                      .getFirst();
              assertThat(mount.getReadOnly()).isTrue();
            });
  }

  @Test
  void whatCannotBeReadIsMovedAsideUnderTheUidOfThePodThatSaidSo() throws Exception {
    assertThat(restarts(world(crashing().looked(CUT))))
        .singleElement()
        .satisfies(
            restart ->
                assertThat(order(restart)).startsWith("set-aside").endsWith("--as=uid-" + R));
  }

  @Test
  void whatWasMovedAsideOnceIsNotMovedAgain() throws Exception {
    assertThat(restarts(world(crashing().looked(MOVED)))).isEmpty();
  }

  @Test
  void nobodyIsRestartedWhoseOperatorDoesNotKnowItsOwnImage() throws Exception {
    assertThat(restarts(world(crashing()).withoutImage())).isEmpty();
  }

  @Test
  void theTemplateThatLooksStaysUntilItsPodIsThere() throws Exception {
    assertThat(putsBack(world(member(desired, R).gone()).child(looking()))).isFalse();
    assertThat(putsBack(world(crashing().deleting()).child(looking()))).isFalse();
  }

  @Test
  void theTemplateIsPutBackOnceItsPodHasLooked() throws Exception {
    assertThat(putsBack(world(crashing().looked(CUT)).child(looking()))).isTrue();
    assertThat(putsBack(world(member(desired, R).follows(P, A)).child(looking()))).isTrue();
  }
}

package dev.cachecluster.operator.plan;

import static dev.cachecluster.operator.plan.UserSketch.NOW;
import static dev.cachecluster.operator.plan.UserSketch.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.api.v1alpha1.CacheUser;
import dev.cachecluster.api.v1alpha1.RotationSpec;
import dev.cachecluster.operator.acl.ServerUser.Slot;
import dev.cachecluster.operator.desired.Grant;
import dev.cachecluster.operator.desired.Grant.Rotation;
import dev.cachecluster.operator.desired.Grant.Tokens;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Old and new credentials both work until the old ones are not needed, or must not be. */
class CredentialRotationTest {
  private static final Tokens ROTATE = new Tokens(Optional.of("1"), Optional.empty());
  private static final Tokens REVOKE = new Tokens(Optional.empty(), Optional.of("1"));

  private static Optional<UserAction.Advance> step(UserSketch sketch) {
    return sketch.plan().actions().stream()
        .filter(UserAction.Advance.class::isInstance)
        .map(UserAction.Advance.class::cast)
        .findFirst();
  }

  private static Grant next(UserSketch sketch) {
    return step(sketch).orElseThrow().next();
  }

  private static Grant both(Rotation rotation) {
    return UserSketch.bound().grant().withOther(SECOND).withRotation(rotation);
  }

  @Test
  void aTokenBeginsARotationOnce() {
    var asked = UserSketch.bound().asks(CacheUser.ROTATE, "1");
    assertThat(step(asked).orElseThrow().fresh()).hasValue(Slot.B);
    assertThat(next(asked).rotation()).isEqualTo(new Rotation.Preparing(ROTATE, false));

    var standing = asked.grant();
    asked.grant(
        new Grant(
            standing.user(),
            standing.uid(),
            standing.spec(),
            standing.passwords(),
            standing.published(),
            standing.publishedAt(),
            standing.rotation(),
            ROTATE));
    assertThat(step(asked)).isEmpty();
  }

  @Test
  void anIntervalThatIsOverBeginsARotation() {
    var sketch = UserSketch.bound();
    var spec = UserSketch.spec("cart:*");
    var hourly =
        new dev.cachecluster.api.v1alpha1.CacheUserSpec(
            spec.clusterRef(),
            spec.keys(),
            spec.channels(),
            spec.access(),
            spec.podSelector(),
            new RotationSpec("2h", "10m"));
    sketch.user.setSpec(hourly);
    sketch.grant(sketch.grant().withSpec(hourly));
    assertThat(step(sketch.after(3599))).isEmpty();
    assertThat(step(sketch.after(3600)).orElseThrow().fresh()).hasValue(Slot.B);
  }

  @Test
  void nothingNewBeginsWhileAServerStillHasTheOtherSlot() {
    var lagging =
        UserSketch.bound()
            .asks(CacheUser.ROTATE, "1")
            .facts(Set.of(Slot.A), Set.of(Slot.A, Slot.B), Optional.empty());
    assertThat(step(lagging)).isEmpty();
  }

  @Test
  void newCredentialsArePublishedOnlyAfterAllServersAcceptThem() {
    var preparing =
        UserSketch.bound()
            .asks(CacheUser.ROTATE, "1")
            .grant(both(new Rotation.Preparing(ROTATE, false)));
    assertThat(step(preparing.facts(Set.of(Slot.A), Set.of(Slot.A, Slot.B), Optional.empty())))
        .isEmpty();

    var published = next(preparing.accepted(Slot.A, Slot.B));
    assertThat(published.published()).isEqualTo(Slot.B);
    assertThat(published.handled()).isEqualTo(ROTATE);
    assertThat(published.rotation()).isEqualTo(new Rotation.Draining(NOW, NOW.plusSeconds(600)));
    assertThat(published.both()).isTrue();
  }

  private static UserSketch draining(Rotation rotation, Map<Slot, Integer> sessions) {
    var grant = both(rotation);
    var switched = grant.switched(NOW, NOW.plusSeconds(600), ROTATE);
    return UserSketch.bound()
        .asks(CacheUser.ROTATE, "1")
        .grant(switched.withRotation(rotation))
        .bindingOf(switched)
        .facts(Set.of(Slot.A, Slot.B), Set.of(Slot.A, Slot.B), Optional.of(sessions));
  }

  @Test
  void theOldOnesGoWhenNobodyUsesThemAndASecretHadTimeToArrive() {
    var drain = new Rotation.Draining(NOW, NOW.plusSeconds(600));
    var unused = draining(drain, Map.of(Slot.A, 0, Slot.B, 4));
    assertThat(step(unused.after(119))).isEmpty();
    assertThat(next(unused.after(120)).passwords()).containsOnlyKeys(Slot.B);

    var used = draining(drain, Map.of(Slot.A, 1, Slot.B, 4));
    assertThat(step(used.after(120))).isEmpty();
    assertThat(step(used.after(599))).isEmpty();
    assertThat(next(used.after(600)).passwords()).containsOnlyKeys(Slot.B);
  }

  @Test
  void theOldOnesStayWhileTheBindingDoesNotHoldTheNewOnes() {
    var drain = new Rotation.Draining(NOW, NOW.plusSeconds(600));
    assertThat(step(draining(drain, Map.of()).noBinding().after(601))).isEmpty();
  }

  @Test
  void aLeakEndsTheOldOnesAsSoonAsTheNewOnesArePublished() {
    var leaked = UserSketch.bound().asks(CacheUser.REVOKE, "1");
    assertThat(next(leaked).rotation()).isEqualTo(new Rotation.Preparing(REVOKE, true));

    var published =
        next(leaked.grant(both(new Rotation.Preparing(REVOKE, true))).accepted(Slot.A, Slot.B));
    assertThat(published.rotation()).isEqualTo(new Rotation.Draining(NOW, NOW));
    assertThat(next(leaked.grant(published).bindingOf(published)).passwords())
        .containsOnlyKeys(Slot.B);
  }

  @Test
  void aLeakDuringARotationCutsItsGrace() {
    var drain = new Rotation.Draining(NOW, NOW.plusSeconds(600));
    var sketch = draining(drain, Map.of(Slot.A, 7));
    sketch.user.getMetadata().setAnnotations(Map.of(CacheUser.ROTATE, "1", CacheUser.REVOKE, "1"));
    assertThat(next(sketch).passwords()).containsOnlyKeys(Slot.B);
  }

  @Test
  void aPlanPrintsNoSecret() {
    var all =
        List.of(
            UserSketch.bound().asks(CacheUser.ROTATE, "1"),
            UserSketch.bound().noBinding(),
            UserSketch.bound().noGrant());
    for (var sketch : all) {
      assertThat(sketch.plan().print() + sketch.plan().actions())
          .doesNotContain(UserSketch.FIRST.reveal(), SECOND.reveal());
    }
  }
}

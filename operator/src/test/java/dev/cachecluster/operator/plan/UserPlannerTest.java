package dev.cachecluster.operator.plan;

import static dev.cachecluster.operator.plan.UserSketch.FIRST;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.api.v1alpha1.AllowedNamespacesSpec;
import dev.cachecluster.api.v1alpha1.NamespacesFrom;
import dev.cachecluster.api.v1alpha1.SelectorSpec;
import dev.cachecluster.operator.acl.ServerUser.Slot;
import dev.cachecluster.operator.desired.Grant;
import dev.cachecluster.operator.observed.ObservedUser.Place;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a CacheUser is granted, what it is not, and what is taken away. */
class UserPlannerTest {
  private static Reason refused(UserSketch sketch) {
    return ((UserVerdict.Refused) sketch.plan().verdict()).reason();
  }

  private static Reason waiting(UserSketch sketch) {
    return ((UserVerdict.Waiting) sketch.plan().verdict()).reason();
  }

  private static List<String> actions(UserSketch sketch) {
    return sketch.plan().actions().stream().map(UserAction::describe).toList();
  }

  @Test
  void whatIsBoundIsLeftAlone() {
    assertThat(UserSketch.bound().plan().print()).isEqualTo("bound");
  }

  @Test
  void theUserIsHeldBeforeAnythingIsGranted() {
    var fresh = new UserSketch();
    fresh.user.getMetadata().setFinalizers(List.of());
    assertThat(actions(fresh)).containsExactly("hold the user until its access is gone", "grant");
  }

  @Test
  void withoutAClusterNothingIsGranted() {
    assertThat(actions(new UserSketch().cluster(Place.ABSENT))).isEmpty();
    assertThat(waiting(new UserSketch().cluster(Place.ABSENT))).isEqualTo(Reason.CLUSTER_NOT_FOUND);
    assertThat(waiting(new UserSketch().cluster(Place.GOING))).isEqualTo(Reason.CLUSTER_NOT_FOUND);
  }

  @Test
  void beforeTheClusterWasLookedAtNothingIsGranted() {
    assertThat(actions(new UserSketch().noReport())).isEmpty();
  }

  @Test
  void theBindingIsWrittenOnlyAfterAllServersAccept() {
    var waits = UserSketch.bound().noBinding().facts(Set.of(), Set.of(Slot.A), Optional.empty());
    assertThat(actions(waits)).isEmpty();
    assertThat(waiting(waits)).isEqualTo(Reason.WAITING_FOR_SERVERS);
    assertThat(actions(UserSketch.bound().noBinding()))
        .containsExactly("write the binding (missing)");
  }

  @Test
  void anotherNamespaceIsLetInOnlyByTheClustersSpec() {
    var same = new AllowedNamespacesSpec(NamespacesFrom.SAME, null);
    assertThat(refused(new UserSketch().allowed(same))).isEqualTo(Reason.NOT_ALLOWED);
    assertThat(actions(new UserSketch().allowed(same))).isEmpty();
    var selected =
        new AllowedNamespacesSpec(
            NamespacesFrom.SELECTOR, new SelectorSpec(Map.of("team", "shop"), null));
    assertThat(refused(new UserSketch().allowed(selected))).isEqualTo(Reason.NOT_ALLOWED);
    assertThat(actions(new UserSketch().allowed(selected).labels(Map.of("team", "shop"))))
        .containsExactly("grant");
  }

  @Test
  void narrowingRevokesAfterTheGrace() {
    var narrowed = new AllowedNamespacesSpec(NamespacesFrom.SAME, null);
    var begun = UserSketch.bound().allowed(narrowed);
    assertThat(actions(begun))
        .containsExactly("record that its namespace is not allowed any more, and its grace begins");
    assertThat(refused(begun)).isEqualTo(Reason.NOT_ALLOWED);

    var next = ((UserAction.Advance) begun.plan().actions().getFirst()).next();
    assertThat(next.rotation())
        .isEqualTo(new Grant.Rotation.Leaving(UserSketch.NOW.plusSeconds(600)));
    assertThat(actions(begun.grant(next).after(599))).isEmpty();
    assertThat(actions(begun.grant(next).after(600)))
        .singleElement()
        .asString()
        .startsWith("withdraw the grant");
  }

  @Test
  void whoIsAllowedAgainDuringTheGraceKeepsItsAccess() {
    var leaving =
        UserSketch.bound()
            .grant(
                UserSketch.bound()
                    .grant()
                    .withRotation(new Grant.Rotation.Leaving(UserSketch.NOW.plusSeconds(9))));
    assertThat(actions(leaving)).containsExactly("record that its namespace is allowed again");
  }

  @Test
  void keysOfAnotherNamespaceAreNotGrantedTwice() {
    assertThat(refused(new UserSketch().other("billing", "invoices", "ca*")))
        .isEqualTo(Reason.KEYS_OVERLAP);
    assertThat(actions(new UserSketch().other("billing", "invoices", "ca*"))).isEmpty();
    assertThat(actions(new UserSketch().other("billing", "invoices", "invoice:*")))
        .containsExactly("grant");
    assertThat(actions(new UserSketch().other("shop", "search", "ca*"))).containsExactly("grant");
  }

  @Test
  void aBadSpecKeepsTheLastGoodOne() {
    var sketch = UserSketch.bound();
    sketch.user.setSpec(UserSketch.spec("not a pattern"));
    assertThat(actions(sketch)).isEmpty();
    assertThat(refused(sketch)).isEqualTo(Reason.SPEC_REJECTED);
    var wider = UserSketch.bound().other("billing", "invoices", "invoice:*");
    wider.user.setSpec(UserSketch.spec("inv*"));
    assertThat(actions(wider)).isEmpty();
    assertThat(refused(wider)).isEqualTo(Reason.KEYS_OVERLAP);
  }

  @Test
  void aLostRecordIsMadeAnewWithTheCredentialsThatTheBindingHolds() {
    var begin = (UserAction.Begin) UserSketch.bound().noGrant().plan().actions().getFirst();
    assertThat(begin.standing()).hasValue(new Grant.Standing(Slot.A, FIRST));
  }

  @Test
  void credentialsOfAForeignSecretAreNotTaken() {
    var sketch = UserSketch.bound().noGrant();
    sketch.user.getMetadata().setUid("another");
    var begin = (UserAction.Begin) sketch.plan().actions().getFirst();
    assertThat(begin.standing()).isEmpty();
  }

  @Test
  void anEarlierUserOfTheSameNameLeavesNothingToTheNext() {
    var sketch = UserSketch.bound();
    sketch.user.getMetadata().setUid("another");
    assertThat(actions(sketch)).singleElement().asString().startsWith("withdraw the grant");
  }

  @Test
  void aDeletedUserGoesWhenItsServerUsersAreGone() {
    assertThat(actions(UserSketch.bound().deleted()))
        .containsExactly("withdraw the grant (the user is deleted)");
    assertThat(actions(UserSketch.bound().deleted().noGrant())).isEmpty();
    assertThat(actions(UserSketch.bound().deleted().noGrant().noFacts()))
        .containsExactly("let the user go (its access is gone)");
  }

  @Test
  void aDeletedUserWaitsForASilentMemberForAMinuteAtLongest() {
    var silent =
        UserSketch.bound().deleted().noGrant().facts(Set.of(), Set.of(Slot.A), Optional.empty());
    assertThat(actions(silent.after(59))).isEmpty();
    assertThat(actions(silent.after(60))).containsExactly("let the user go (its access is gone)");
  }

  @Test
  void aDeletedUserGoesAtOnceWithItsCluster() {
    assertThat(actions(UserSketch.bound().deleted().cluster(Place.ABSENT)))
        .containsExactly("let the user go (its cluster is gone)");
    assertThat(actions(UserSketch.bound().deleted().cluster(Place.GOING)))
        .containsExactly("let the user go (its cluster is gone)");
  }
}

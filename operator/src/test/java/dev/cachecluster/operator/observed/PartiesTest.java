package dev.cachecluster.operator.observed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.operator.desired.DesiredState;
import dev.cachecluster.operator.desired.SampleCluster;
import dev.cachecluster.operator.pki.RotationFacts.Party;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is known of whom: silence is no trust, and no sign that somebody is gone. */
class PartiesTest {
  private static final DesiredState DESIRED =
      SampleCluster.desired(SampleCluster.spec(1), Optional.of("demo-0-0"));

  private static final String OLD = SampleAuthorities.view(SampleAuthorities.OLD).fingerprint();
  private static final String NEW = SampleAuthorities.view(SampleAuthorities.NEW).fingerprint();
  private static final String KEY = SampleAuthorities.view(SampleAuthorities.OLD).keyId();

  private static Party server(MemberSketch member) {
    return party(
        new WorldSketch(DESIRED, SampleCluster.spec(1)).authority("with a next one").member(member),
        "server " + member.name());
  }

  private static Party party(WorldSketch sketch, String name) {
    return sketch.build().authority().orElseThrow().facts().parties().stream()
        .filter(party -> party.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static MemberSketch member() {
    return new MemberSketch(DESIRED, "demo-0-0");
  }

  private static MemberSketch leader() {
    return member().leads(MemberSketch.FRESH);
  }

  @Test
  void aServerTrustsWhatItWasSeenToAccept() {
    assertThat(server(leader())).isEqualTo(Party.seen("server demo-0-0", Set.of(OLD, NEW), KEY));
    assertThat(server(leader().refusesNext()))
        .isEqualTo(Party.seen("server demo-0-0", Set.of(OLD), KEY));
  }

  @Test
  void aServerThatShowsSomethingElseIsNotSettled() {
    assertThat(server(leader().shows("older")).shows()).isEmpty();
  }

  @Test
  void whoGivesNoAnswerIsWaitedFor() {
    assertThat(server(member().silent())).isEqualTo(Party.unseen("server demo-0-0"));
    assertThat(server(member().refusing())).isEqualTo(Party.unseen("server demo-0-0"));
  }

  /** Its container starts again in the pod that is there, with the files that are in it. */
  @Test
  void aPodWhoseProcessEndedMayStartFromOlderFiles() {
    assertThat(server(member().notRunning("CrashLoopBackOff", true)))
        .isEqualTo(Party.unseen("server demo-0-0"));
  }

  @Test
  void aMemberWithoutAPodStartsFromItsSecret() {
    assertThat(server(member().gone()))
        .isEqualTo(Party.seen("server demo-0-0", Set.of(OLD, NEW), KEY));
  }

  @Test
  void whoHasNoCertificateYetIsNotWaitedFor() {
    var sketch =
        new WorldSketch(DESIRED, SampleCluster.spec(1))
            .without(new ObjectKey("Secret", "demo-0-0-tls"))
            .member(leader());
    assertThat(sketch.build().authority().orElseThrow().facts().parties())
        .extracting(Party::name)
        .containsExactly("operator");
  }

  @Test
  void theOperatorIsOneOfThem() {
    assertThat(party(new WorldSketch(DESIRED, SampleCluster.spec(1)), "operator"))
        .isEqualTo(Party.seen("operator", Set.of(OLD), KEY));
  }
}

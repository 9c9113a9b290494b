package dev.cachecluster.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.operator.desired.LeafRequest;
import dev.cachecluster.operator.desired.SampleCluster;
import dev.cachecluster.operator.desired.UserKey;
import dev.cachecluster.operator.observed.SampleAuthorities;
import dev.cachecluster.operator.observed.WorldSketch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which certificates are made anew, and in which order. */
class LeavesTest {
  private static final Duration RENEW_BEFORE = Duration.ofDays(30);

  private static final List<LeafRequest> OWN =
      SampleCluster.desired(SampleCluster.spec(1), Optional.of("demo-0-0")).leaves();

  private static List<LeafRequest> users(int number) {
    return IntStream.range(0, number)
        .mapToObj(i -> new UserKey("shop", "user" + i))
        .map(
            user ->
                new LeafRequest(
                    SampleCluster.NAMES.userTlsSecret(user),
                    user.toString(),
                    List.of(),
                    Optional.of(user)))
        .toList();
  }

  private static WorldSketch world(String authority, int users) {
    var sketch =
        new WorldSketch(
            SampleCluster.desired(SampleCluster.spec(1), Optional.of("demo-0-0")),
            SampleCluster.spec(1));
    users(users).forEach(leaf -> sketch.leaf(leaf, WorldSketch.NOW.plus(Duration.ofDays(60))));
    return sketch.authority(authority);
  }

  private static List<String> plan(WorldSketch sketch, int users) {
    var world = sketch.build();
    return new Leaves(world, world.authority().orElseThrow().state(), RENEW_BEFORE)
        .of(OWN, users(users)).stream().map(Action::describe).toList();
  }

  @Test
  void nothingIsDoneAboutWhatIsRight() {
    assertThat(plan(world("steady", 3), 3)).isEmpty();
    assertThat(plan(world("with a previous one", 3), 3)).isEmpty();
  }

  @Test
  void aServerGetsAnotherCertificateWithAnotherListAndAClientKeepsItsOwn() {
    assertThat(plan(world("with a next one", 1).trusted(List.of(SampleAuthorities.OLD)), 1))
        .containsExactly(
            "publish what is trusted in " + users(1).getFirst().secretName(),
            "publish what is trusted in demo-operator-tls",
            "issue certificate demo-0-0-tls (whom it trusts has changed)",
            "issue certificate demo-0-1-tls (whom it trusts has changed)");
  }

  /** Else what others still have beside theirs would look like something that is still needed. */
  @Test
  void noServerGivesTheOldOneUpBeforeItIsGoneFromTheSecretsOfApplications() {
    var dropped =
        world("replaced", 60).trusted(List.of(SampleAuthorities.OLD, SampleAuthorities.NEW));
    assertThat(plan(dropped, 60))
        .hasSize(25)
        .allMatch(line -> line.startsWith("publish what is trusted in demo-user-"));
    assertThat(plan(dropped, 25)).hasSize(28).last().asString().contains("demo-0-1-tls");
  }

  @Test
  void whatIssuesNoMoreIsReplacedAtTheServersFirst() {
    var switched = world("with a previous one", 60).issuedBy(SampleAuthorities.OLD);
    assertThat(plan(switched, 60))
        .hasSize(28)
        .startsWith(
            "issue certificate demo-operator-tls (another authority issues now)",
            "issue certificate demo-0-0-tls (another authority issues now)");
  }

  @Test
  void anAuthorityWithoutItsKeyIssuesNothing() {
    var lost = world("without its key", 1);
    OWN.forEach(leaf -> lost.leaf(leaf, WorldSketch.NOW.plus(Duration.ofDays(1))));
    assertThat(plan(lost, 1)).isEmpty();
    assertThat(plan(lost.trusted(List.of(SampleAuthorities.NEW)), 1))
        .hasSize(4)
        .allMatch(line -> line.startsWith("publish what is trusted in "));
  }

  /** It would be due again at once, for ever. */
  @Test
  void aCertificateThatEndsWithItsAuthorityIsNotMadeAnewForThat() {
    var world = world("steady", 0);
    var end = SampleAuthorities.view(SampleAuthorities.OLD).notAfter();
    assertThat(
            new Leaves(
                    world.build(),
                    SampleAuthorities.state("steady"),
                    Duration.between(WorldSketch.NOW, end))
                .of(OWN, List.of()))
        .hasSize(3);
    OWN.forEach(leaf -> world.leaf(leaf, end));
    assertThat(
            new Leaves(
                    world.build(),
                    SampleAuthorities.state("steady"),
                    Duration.between(WorldSketch.NOW, end))
                .of(OWN, List.of()))
        .isEmpty();
  }
}

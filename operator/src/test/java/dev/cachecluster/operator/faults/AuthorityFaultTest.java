package dev.cachecluster.operator.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachecluster.api.v1alpha1.CacheCluster;
import dev.cachecluster.operator.faults.Tap.Trouble;
import dev.cachecluster.operator.mockapi.ApiRequest;
import dev.cachecluster.operator.mockapi.Kind;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What may go wrong while an authority is replaced: it waits, names whom for, and cuts nobody off.
 */
class AuthorityFaultTest {
  private static final String SECRET = "cache-ca";

  /** Longer than both of its waits take when all is well. */
  private static final int LONG = 80;

  private final Quiet quiet = Quiet.begin();
  private final World world = new World(1);

  AuthorityFaultTest() {
    Scenario.AUTHORITY_ROTATED.prepare(world);
  }

  @AfterEach
  void loud() {
    quiet.end();
  }

  private void rounds(int number) {
    IntStream.range(0, number).forEach(_ -> world.round());
  }

  private void settle() {
    Scenario.settle(world);
    assertThat(world.servers.refused).as("refused handshakes").isEmpty();
    assertThat(entry("next.crt")).isEmpty();
    assertThat(entry("previous.crt")).isEmpty();
  }

  private String entry(String name) {
    return world
        .api
        .look(Kind.SECRET, World.NAMESPACE, SECRET)
        .orElseThrow()
        .path("data")
        .path(name)
        .asText();
  }

  private String phase() {
    return world
        .api
        .look(Kind.CACHE_CLUSTER, World.NAMESPACE, World.NAME)
        .orElseThrow()
        .at("/status/tls/authority/phase")
        .asText();
  }

  @Test
  void aServerThatCannotBeAskedIsWaitedForAndNamed() {
    var before = entry("ca.crt");
    world.servers.cutFromOperator("cache-0-1");
    Scenario.AUTHORITY_ROTATED.begin(world);
    rounds(LONG);
    assertThat(entry("ca.crt")).isEqualTo(before);
    assertThat(entry("next.crt")).isNotEmpty();
    assertThat(phase()).isEqualTo("TrustBoth");
    world.servers.heal();
    settle();
    assertThat(entry("ca.crt")).isNotEqualTo(before);
  }

  @Test
  void aServerThatStartsAnewMeanwhileIsProvenAnew() {
    Scenario.AUTHORITY_ROTATED.begin(world);
    rounds(12);
    assertThat(phase()).isEqualTo("TrustBoth");
    world.servers.kill(world.servers.of("cache-0-2").orElseThrow());
    rounds(2);
    world.servers.kill(world.servers.writable().getFirst());
    settle();
  }

  /** The binding cannot be written, so applications have not heard of the next authority. */
  @Test
  void anApplicationThatWasNotToldIsWaitedForAndNamed() {
    var before = entry("ca.crt");
    world.tap.trouble(
        request ->
            request.isWrite() && request.path().contains("/cart-binding")
                ? Optional.of(Trouble.SERVER_ERROR)
                : Optional.empty());
    Scenario.AUTHORITY_ROTATED.begin(world);
    rounds(LONG);
    assertThat(entry("ca.crt")).isEqualTo(before);
    assertThat(world.condition("Ready")).isEqualTo("True");
    assertThat(world.message("Reconciling"))
        .contains("waiting until both are trusted by binding of CacheUser shop/cart");
    world.tap.calm();
    settle();
  }

  /** Another operator wrote the Secret after this one had read it. */
  @Test
  void whatSomebodyElseWroteIsJudgedBeforeItIsWrittenOver() {
    Scenario.AUTHORITY_ROTATED.begin(world);
    world.view.freeze(true);
    world.api.change(
        Kind.SECRET,
        World.NAMESPACE,
        SECRET,
        object -> object.withObject("/metadata").withObject("/annotations").put("touched", "1"));
    rounds(1);
    assertThat(entry("next.crt")).as("written over a version that was not judged").isEmpty();
    world.view.freeze(false);
    settle();
  }

  @Test
  void anAuthorityWithoutItsKeyIsReplacedAndItsCertificatesStayGood() {
    var before = entry("ca.crt");
    change(data -> data.remove("ca.key"));
    rounds(3);
    assertThat(phase()).isEqualTo("TrustBoth");
    settle();
    assertThat(entry("ca.crt")).isNotEqualTo(before);
    assertThat(entry("ca.key")).isNotEmpty();
  }

  @Test
  void anAuthorityWhoseSecretIsGoneIsPutTogetherFromWhoTrustsIt() {
    var before = entry("ca.crt");
    world.api.handle(
        ApiRequest.of("DELETE", "/api/v1/namespaces/shop/secrets/" + SECRET, "", "", ""));
    rounds(3);
    assertThat(entry("ca.crt")).isEqualTo(before);
    assertThat(phase()).isEqualTo("TrustBoth");
    settle();
    assertThat(entry("ca.crt")).isNotEqualTo(before);
  }

  /** It looks as if the rotation had ended, while servers still show what the old one issued. */
  @Test
  void theOldOneIsTrustedForAsLongAsItsCertificatesAreShownThoughItWasDeleted() {
    Scenario.AUTHORITY_ROTATED.begin(world);
    assertThat(world.until(() -> !entry("previous.crt").isEmpty(), LONG)).isNotNegative();
    change(data -> data.remove("previous.crt"));
    settle();
  }

  @Test
  void aTokenIsHandledOnceAndOneThatWasThereFromTheBeginningAsksForNothing() {
    Scenario.AUTHORITY_ROTATED.begin(world);
    settle();
    var once = entry("ca.crt");
    rounds(LONG);
    assertThat(entry("ca.crt")).isEqualTo(once);
    world.wishes.annotate(CacheCluster.ROTATE, "2");
    world.round();
    settle();
    assertThat(entry("ca.crt")).isNotEqualTo(once);

    var other = new World(2);
    other.wishes.createCluster(0);
    other.wishes.annotate(CacheCluster.ROTATE, "3");
    Scenario.settle(other);
    assertThat(other.tap.writes())
        .noneMatch(write -> write.startsWith("PATCH") && write.contains("/secrets/cache-ca"));
  }

  private void change(Consumer<ObjectNode> change) {
    world.api.change(
        Kind.SECRET, World.NAMESPACE, SECRET, object -> change.accept(object.withObject("/data")));
  }
}

package dev.cachecluster.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.stories.rig.Cache;
import dev.cachecluster.stories.rig.CertManager;
import dev.cachecluster.stories.rig.Handshake;
import dev.cachecluster.stories.rig.Story;
import dev.cachecluster.stories.rig.Wait;
import dev.cachecluster.stories.rig.Writer;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A real cert-manager comes to issue the servers' certificate while an application writes 1,000
 * times a second.
 *
 * <ol>
 *   <li>an application writes
 *   <li>the spec names an issuer, and there is no cert-manager → said so, all is served as before
 *   <li>cert-manager comes, without that issuer → it is asked, and its own words are told
 *   <li>the issuer comes → every server shows what it issued, no write fails and no pod restarts
 *   <li>what it issued is deleted → it issues another, and every server shows that
 *   <li>the spec goes back to the cluster's own → every server shows that, cert-manager is asked no
 *       more
 * </ol>
 */
@Order(24)
class CertManagerIssues {
  /** Applications get two minutes to read whom to trust. */
  private static final Duration SHOWN = Duration.ofMinutes(6);

  private static final Duration TOLD = Duration.ofSeconds(90);
  private static final String ISSUER = "company";
  @RegisterExtension final Story story = new Story();

  @Test
  void story() {
    story.step(1, "an application under load");
    var cache = Cache.ready(story, "{memory: {maxMemory: 512Mi}}");
    cache.application().edit("{\"spec\":{\"rotation\":{\"grace\":\"2m\"}}}");
    var uids = cache.podUids();
    var restarts = cache.restarts();
    var own = Handshake.issuers(cache);
    var writer = Writer.load(story, cache);

    story.step(2, "no cert-manager");
    cache.change("{tls: {server: {type: CertManager, issuer: {name: %s}}}}".formatted(ISSUER));
    awaitWords(cache, "install cert-manager");
    assertThat(Handshake.issuers(cache)).isEqualTo(own);

    story.step(3, "no issuer");
    var certManager = CertManager.start(story);
    awaitWords(cache, "cert-manager has not issued Certificate " + certificate(cache) + " yet: ");
    story.tell(cache.told("TLSVerified").getMessage());
    assertThat(Handshake.issuers(cache)).isEqualTo(own);

    story.step(4, "the issuer");
    long began = System.nanoTime();
    certManager.createIssuer(ISSUER);
    awaitIssuers(cache, Set.of("CN=" + ISSUER));
    story.tell("every server shows it after %.1f s".formatted((System.nanoTime() - began) / 1e9));
    cache.awaitHealthy(TOLD);
    assertThat(Writer.roundtrip(story, cache.application(), "w:")).contains("wrote and read");

    story.step(5, "another one");
    var serials = Handshake.serials(cache);
    began = System.nanoTime();
    story
        .client()
        .secrets()
        .inNamespace(cache.namespace())
        .withName(certificate(cache) + "-issued")
        .delete();
    Wait.until(
        "every server shows the next one",
        SHOWN,
        () -> assertThat(Handshake.serials(cache)).doesNotContainAnyElementsOf(serials));
    story.tell("every server shows it after %.1f s".formatted((System.nanoTime() - began) / 1e9));
    cache.awaitHealthy(TOLD);

    story.step(6, "back to the cluster's own");
    cache.change("{tls: {server: {type: Managed, issuer: null}}}");
    awaitIssuers(cache, own);
    cache.awaitHealthy(SHOWN);
    assertThat(certManager.certificates()).containsExactly(ISSUER);
    var result = writer.stop().assertNothingLost().assertNothingFailed();
    story.tell(result.toString());
    assertThat(cache.podUids()).as("pods").isEqualTo(uids);
    assertThat(cache.restarts()).as("restarts").isEqualTo(restarts);
  }

  private static String certificate(Cache cache) {
    return cache.name() + "-server";
  }

  private static void awaitWords(Cache cache, String words) {
    Wait.until(
        "TLSVerified tells: " + words,
        TOLD,
        () -> {
          var condition = cache.told("TLSVerified");
          assertThat(condition.getReason()).isEqualTo("WaitingForIssuer");
          assertThat(condition.getMessage()).contains(words);
        });
  }

  private static void awaitIssuers(Cache cache, Set<String> expected) {
    Wait.until(
        "every server shows a certificate of " + expected,
        SHOWN,
        () -> assertThat(Handshake.issuers(cache)).isEqualTo(expected));
  }
}

package dev.cachecluster.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.stories.rig.Cache;
import dev.cachecluster.stories.rig.CertManager;
import dev.cachecluster.stories.rig.ShownUnderLoad;
import dev.cachecluster.stories.rig.Story;
import dev.cachecluster.stories.rig.Wait;
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
  private static final String ISSUER = "company";
  @RegisterExtension final Story story = new Story();

  @Test
  void story() {
    story.step(1, "an application under load");
    var shown = ShownUnderLoad.begin(story);
    var cache = shown.cache();
    var certificate = cache.name() + "-server";

    story.step(2, "no cert-manager");
    cache.change("{tls: {server: {type: CertManager, issuer: {name: %s}}}}".formatted(ISSUER));
    awaitWords(cache, "install cert-manager");
    shown.assertOwn();

    story.step(3, "no issuer");
    var certManager = CertManager.start(story);
    awaitWords(cache, "cert-manager has not issued Certificate " + certificate + " yet: ");
    story.tell(cache.told("TLSVerified").getMessage());
    shown.assertOwn();

    story.step(4, "the issuer");
    shown.awaitIssuer("CN=" + ISSUER, () -> certManager.createIssuer(ISSUER));

    story.step(5, "another one");
    var secrets = story.client().secrets().inNamespace(cache.namespace());
    shown.awaitNext(() -> secrets.withName(certificate + "-issued").delete());

    story.step(6, "back to the cluster's own");
    shown.awaitOwn(() -> cache.change("{tls: {server: {type: Managed, issuer: null}}}"));
    assertThat(certManager.certificates()).containsExactly(ISSUER);
    shown.end();
  }

  private static void awaitWords(Cache cache, String words) {
    Wait.until(
        "TLSVerified tells: " + words,
        ShownUnderLoad.TOLD,
        () -> {
          var condition = cache.told("TLSVerified");
          assertThat(condition.getReason()).isEqualTo("WaitingForIssuer");
          assertThat(condition.getMessage()).contains(words);
        });
  }
}

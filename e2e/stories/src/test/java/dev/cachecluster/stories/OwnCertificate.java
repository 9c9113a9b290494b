package dev.cachecluster.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.stories.rig.Cache;
import dev.cachecluster.stories.rig.Company;
import dev.cachecluster.stories.rig.Handshake;
import dev.cachecluster.stories.rig.Story;
import dev.cachecluster.stories.rig.Wait;
import dev.cachecluster.stories.rig.Writer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The servers come to show a certificate of the company's own authority while an application writes
 * 1,000 times a second.
 *
 * <ol>
 *   <li>an application writes
 *   <li>the spec names a Secret that is not there → said so, and all is served as before
 *   <li>the Secret holds a key of another certificate → refused, with the fix
 *   <li>it holds a good one → every server shows it, no write fails and no pod restarts
 *   <li>the certificate is renewed → every server shows the next one
 *   <li>the spec goes back to the cluster's own → every server shows that again
 * </ol>
 */
@Order(24)
class OwnCertificate {
  /** Applications get two minutes to read whom to trust. */
  private static final Duration SHOWN = Duration.ofMinutes(6);

  private static final Duration TOLD = Duration.ofSeconds(90);
  private static final String SECRET = "company-servers";
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

    story.step(2, "a Secret that is not there");
    cache.change("{tls: {server: {type: Secret, secret: {name: %s}}}}".formatted(SECRET));
    awaitReason(cache, "SecretMissing");
    assertThat(Handshake.issuers(cache)).isEqualTo(own);

    story.step(3, "a key of another certificate");
    var company = new Company("The Company");
    var good = company.certificateFor(hosts(cache));
    var mixed = new HashMap<>(good);
    mixed.put("tls.key", company.certificateFor(hosts(cache)).get("tls.key"));
    Company.store(story, cache, SECRET, mixed);
    awaitReason(cache, "CertificateRefused");
    assertThat(cache.told("TLSVerified").getMessage())
        .contains(SECRET, "the private key does not belong to the certificate");
    assertThat(Handshake.issuers(cache)).isEqualTo(own);

    story.step(4, "a good one");
    long began = System.nanoTime();
    Company.store(story, cache, SECRET, good);
    awaitIssuers(cache, Set.of(company.issuer()));
    story.tell("every server shows it after %.1f s".formatted((System.nanoTime() - began) / 1e9));
    cache.awaitHealthy(TOLD);
    assertThat(Writer.roundtrip(story, cache.application(), "w:")).contains("wrote and read");

    story.step(5, "the next one");
    var serials = Handshake.serials(cache);
    Company.store(story, cache, SECRET, company.certificateFor(hosts(cache)));
    Wait.until(
        "every server shows the next one",
        SHOWN,
        () -> assertThat(Handshake.serials(cache)).doesNotContainAnyElementsOf(serials));

    story.step(6, "back to the cluster's own");
    cache.change("{tls: {server: {type: Managed, secret: null}}}");
    awaitIssuers(cache, own);
    cache.awaitHealthy(SHOWN);
    var result = writer.stop().assertNothingLost().assertNothingFailed();
    story.tell(result.toString());
    assertThat(cache.podUids()).as("pods").isEqualTo(uids);
    assertThat(cache.restarts()).as("restarts").isEqualTo(restarts);
  }

  /** The names that the documentation asks for. */
  private static List<String> hosts(Cache cache) {
    var domain = "." + cache.namespace() + ".svc.cluster.local";
    return List.of(
        cache.name() + "-primary" + domain,
        cache.name() + "-replicas" + domain,
        "*." + cache.name() + "-members" + domain);
  }

  private static void awaitReason(Cache cache, String reason) {
    Wait.until(
        "TLSVerified tells " + reason,
        TOLD,
        () -> assertThat(cache.told("TLSVerified").getReason()).isEqualTo(reason));
  }

  private static void awaitIssuers(Cache cache, Set<String> expected) {
    Wait.until(
        "every server shows a certificate of " + expected,
        SHOWN,
        () -> assertThat(Handshake.issuers(cache)).isEqualTo(expected));
  }
}

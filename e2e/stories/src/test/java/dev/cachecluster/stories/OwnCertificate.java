package dev.cachecluster.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.stories.rig.Cache;
import dev.cachecluster.stories.rig.Company;
import dev.cachecluster.stories.rig.ShownUnderLoad;
import dev.cachecluster.stories.rig.Story;
import dev.cachecluster.stories.rig.Wait;
import java.util.HashMap;
import java.util.List;
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
  private static final String SECRET = "company-servers";
  @RegisterExtension final Story story = new Story();

  @Test
  void story() {
    story.step(1, "an application under load");
    var shown = ShownUnderLoad.begin(story);
    var cache = shown.cache();

    story.step(2, "a Secret that is not there");
    cache.change("{tls: {server: {type: Secret, secret: {name: %s}}}}".formatted(SECRET));
    awaitReason(cache, "SecretMissing");
    shown.assertOwn();

    story.step(3, "a key of another certificate");
    var company = new Company("The Company");
    var good = company.certificateFor(hosts(cache));
    var mixed = new HashMap<>(good);
    mixed.put("tls.key", company.certificateFor(hosts(cache)).get("tls.key"));
    Company.store(story, cache, SECRET, mixed);
    awaitReason(cache, "CertificateRefused");
    assertThat(cache.told("TLSVerified").getMessage())
        .contains(SECRET, "the private key does not belong to the certificate");
    shown.assertOwn();

    story.step(4, "a good one");
    shown.awaitIssuer(company.issuer(), () -> Company.store(story, cache, SECRET, good));

    story.step(5, "the next one");
    var next = company.certificateFor(hosts(cache));
    shown.awaitNext(() -> Company.store(story, cache, SECRET, next));

    story.step(6, "back to the cluster's own");
    shown.awaitOwn(() -> cache.change("{tls: {server: {type: Managed, secret: null}}}"));
    shown.end();
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
        ShownUnderLoad.TOLD,
        () -> assertThat(cache.told("TLSVerified").getReason()).isEqualTo(reason));
  }
}

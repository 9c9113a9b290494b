package dev.cachecluster.operator.desired;

import dev.cachecluster.api.v1alpha1.EngineType;
import dev.cachecluster.operator.acl.Secret;
import dev.cachecluster.operator.pki.KeyPairPem;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What an application mounts to connect, with the keys of the Service Binding specification for
 * Kubernetes 1.0 (section "Well-known Secret Entries"), and the policy of its client. Nothing in it
 * changes when the primary does. {@code docs/contracts.md} says what may be relied on.
 *
 * @param names of the cluster
 * @param caPem what the client is to trust
 * @param certificate the client's own
 */
public record Binding(
    Names names, EngineType engine, String caPem, KeyPairPem certificate, Grant grant) {

  /** The binding's name, which is made of the CacheUser's alone. */
  public static String name(UserKey user) {
    return user.name() + "-binding";
  }

  /** The Secret, without its owner. */
  public io.fabric8.kubernetes.api.model.Secret secret() {
    var user = grant.user();
    return new SecretBuilder()
        .withNewMetadata()
        .withName(name(user))
        .withNamespace(user.namespace())
        .withLabels(Labels.ofBinding(user))
        .endMetadata()
        .withType("servicebinding.io/" + type())
        .withData(encoded(entries()))
        .build();
  }

  private String type() {
    return engine.name().toLowerCase(Locale.ROOT);
  }

  private Map<String, String> entries() {
    var host = names.serviceHost(names.primaryService());
    var username = grant.user().serverUser(grant.published()).serverName();
    var password = grant.password();
    var entries = new LinkedHashMap<String, String>();
    entries.put("type", type());
    entries.put("provider", "cachecluster");
    entries.put("host", host);
    entries.put("port", Integer.toString(Names.PORT));
    entries.put("username", username);
    entries.put("password", password.reveal());
    entries.put("uri", uri(username, password, host));
    entries.put("ca.crt", caPem);
    entries.put("tls.crt", certificate.certificatePem());
    entries.put("tls.key", certificate.privateKeyPem().reveal());
    entries.put(ClientPolicy.FILE, ClientPolicy.of(grant.spec()).json());
    return entries;
  }

  /** Neither part needs an escape: both are letters, digits and {@code - . _ ~} (RFC 3986 2.3). */
  private static String uri(String username, Secret password, String host) {
    return "rediss://" + username + ":" + password.reveal() + "@" + host + ":" + Names.PORT;
  }

  private static Map<String, String> encoded(Map<String, String> entries) {
    var data = new LinkedHashMap<String, String>();
    entries.forEach(
        (key, value) ->
            data.put(
                key, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))));
    return data;
  }
}

package dev.cachecluster.operator.desired;

import dev.cachecluster.api.v1alpha1.CacheClusterSpec;
import dev.cachecluster.api.v1alpha1.TlsIssuerSpec;
import dev.cachecluster.api.v1alpha1.TlsServerSpec;
import dev.cachecluster.api.v1alpha1.TlsSpec;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Whose certificate the servers shall show. */
public sealed interface ServerCertificate {
  String API = "cert-manager.io/v1";
  String KIND = "Certificate";

  /** The cluster's own. */
  record Managed() implements ServerCertificate {}

  /** That of a Secret that somebody else looks after. */
  record Given(String secret) implements ServerCertificate {}

  /**
   * One that cert-manager is asked for.
   *
   * @param request what it is asked by
   * @param secret into which it puts the certificate
   */
  record Requested(GenericKubernetesResource request, String secret) implements ServerCertificate {}

  /** The Secret that it comes from. */
  default Optional<String> source() {
    return switch (this) {
      case Managed() -> Optional.empty();
      case Given(var secret) -> Optional.of(secret);
      case Requested(var _, var secret) -> Optional.of(secret);
    };
  }

  /**
   * As the spec asks for it.
   *
   * @param hosts all names that members' own certificates carry
   */
  static ServerCertificate of(Names names, CacheClusterSpec spec, List<String> hosts) {
    TlsSpec tls = spec.tls() == null ? TlsSpec.DEFAULTS : spec.tls();
    TlsServerSpec server = tls.server();
    if (server == null) {
      return new Managed();
    }
    var secret = server.secret();
    var issuer = server.issuer();
    return switch (server.type()) {
      case MANAGED -> new Managed();
      case SECRET -> secret == null ? new Managed() : new Given(secret.name());
      case CERT_MANAGER ->
          issuer == null
              ? new Managed()
              : new Requested(request(names, tls, issuer, hosts), names.issuedSecret());
    };
  }

  /** The names without which a certificate is refused: clients and members go by these. */
  static List<String> needed(Names names, int replicas) {
    var hosts = new ArrayList<String>();
    hosts.add(names.serviceHost(names.primaryService()));
    hosts.add(names.serviceHost(names.replicasService()));
    for (int ordinal = 0; ordinal <= replicas; ordinal++) {
      hosts.add(names.host(names.member(ordinal)));
    }
    return hosts;
  }

  /**
   * One for all members, as any of them may come to lead, and all have to vouch for the Services.
   */
  private static GenericKubernetesResource request(
      Names names, TlsSpec tls, TlsIssuerSpec issuer, List<String> hosts) {
    var spec = new LinkedHashMap<String, Object>();
    spec.put("secretName", names.issuedSecret());
    // By these the informers see at once what was issued.
    spec.put("secretTemplate", Map.of("labels", Labels.selector(names.cluster())));
    spec.put("dnsNames", hosts);
    spec.put("duration", tls.lifetime());
    spec.put("renewBefore", tls.renewBefore());
    spec.put(
        "privateKey",
        new TreeMap<>(Map.of("algorithm", "ECDSA", "size", 256, "rotationPolicy", "Always")));
    spec.put("usages", List.of("digital signature", "server auth"));
    spec.put(
        "issuerRef",
        new TreeMap<>(
            Map.of("name", issuer.name(), "kind", issuer.kind().text(), "group", issuer.group())));
    return new GenericKubernetesResourceBuilder()
        .withApiVersion(API)
        .withKind(KIND)
        .withNewMetadata()
        .withName(names.certificate())
        .withNamespace(names.namespace())
        .withLabels(Labels.of(names.cluster()))
        .endMetadata()
        .withAdditionalProperties(Map.of("spec", spec))
        .build();
  }
}

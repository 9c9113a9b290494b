package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * Where the server certificates come from. A union: beside the type stand exactly the members of
 * that type. Certificates of clients, and of servers as clients of each other, are always of the
 * cluster's own authority.
 *
 * @param type Managed: the operator issues them from a certificate authority that is this cluster's
 *     own. CertManager: an issuer of cert-manager does. Secret: they are taken from a Secret. It is
 *     changed live, without a restart.
 * @param issuer The issuer; exactly with type CertManager.
 * @param secret The Secret; exactly with type Secret.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "(self.type == 'CertManager') == has(self.issuer)",
    message = TlsServerSpec.ISSUER_MESSAGE)
@ValidationRule(
    value = "(self.type == 'Secret') == has(self.secret)",
    message = TlsServerSpec.SECRET_MESSAGE)
public record TlsServerSpec(
    @Required TlsServerType type, @Nullable TlsIssuerSpec issuer, @Nullable TlsSecretSpec secret) {

  static final String ISSUER_MESSAGE =
      "spec.tls.server.issuer goes exactly with type CertManager: set both or neither";
  static final String SECRET_MESSAGE =
      "spec.tls.server.secret goes exactly with type Secret: set both or neither";
}

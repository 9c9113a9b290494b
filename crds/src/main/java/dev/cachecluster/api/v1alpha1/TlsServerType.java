package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Who issues the server certificates. */
public enum TlsServerType {
  /** The operator, from a certificate authority that is this cluster's own. */
  @JsonProperty("Managed")
  MANAGED,
  /** An issuer of cert-manager. */
  @JsonProperty("CertManager")
  CERT_MANAGER,
  /** Somebody who puts it into a Secret. */
  @JsonProperty("Secret")
  SECRET
}

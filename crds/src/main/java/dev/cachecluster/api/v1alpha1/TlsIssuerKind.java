package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What kind of issuer it is. */
public enum TlsIssuerKind {
  /** One of the cache's namespace. */
  @JsonProperty("Issuer")
  ISSUER("Issuer"),
  /** One for all namespaces. */
  @JsonProperty("ClusterIssuer")
  CLUSTER_ISSUER("ClusterIssuer");

  private final String text;

  TlsIssuerKind(String text) {
    this.text = text;
  }

  /** As Kubernetes writes it. */
  public String text() {
    return text;
  }
}

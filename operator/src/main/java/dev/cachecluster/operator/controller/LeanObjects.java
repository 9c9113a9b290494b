package dev.cachecluster.operator.controller;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.quarkus.kubernetes.client.KubernetesClientObjectMapperCustomizer;
import jakarta.inject.Singleton;

/**
 * Objects are read without the API server's record of who set which field. Nothing here asks for
 * it, no write sends it, and it is more than half of what a small object weighs: caches of a
 * thousand users would fill the heap with it.
 */
@Singleton
public class LeanObjects implements KubernetesClientObjectMapperCustomizer {

  /** What is left out. */
  @JsonIgnoreProperties("managedFields")
  private interface Metadata {}

  /** Of a node only its marks are asked for; its status lists every image that lies on it. */
  @JsonIgnoreProperties("status")
  private interface Status {}

  @Override
  public void customize(ObjectMapper mapper) {
    mapper.addMixIn(ObjectMeta.class, Metadata.class);
    mapper.addMixIn(Node.class, Status.class);
  }
}

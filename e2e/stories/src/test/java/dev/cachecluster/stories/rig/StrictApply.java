package dev.cachecluster.stories.rig;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/** Asks the API server whether it would take an object, unknown fields being errors. */
public final class StrictApply {
  private static final int CREATED = 201;
  private static final Pattern USER = Pattern.compile("\"?kind\"?: ?\"?CacheUser\\b");
  private final KubernetesClient client;
  private final String namespace;

  public StrictApply(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /** What it answered. */
  public record Answer(boolean accepted, String message) {}

  /**
   * The API server itself reads the text: what {@code yes} means is for it to say.
   *
   * @param yaml or JSON, which begins with a brace
   */
  public Answer dryRun(String yaml) {
    var http = client.getHttpClient();
    try {
      var request =
          http.newHttpRequestBuilder()
              .uri(
                  new URI(
                      client.getMasterUrl()
                          + "apis/cachecluster.dev/v1alpha1/namespaces/"
                          + namespace
                          + "/"
                          + (USER.matcher(yaml).find() ? "cacheusers" : "cacheclusters")
                          + "?dryRun=All&fieldValidation=Strict"))
              .post(yaml.startsWith("{") ? "application/json" : "application/yaml", yaml)
              .build();
      var response = http.sendAsync(request, String.class).get(30, TimeUnit.SECONDS);
      var answer = Serialization.unmarshal(response.body(), JsonNode.class);
      return response.code() == CREATED
          ? new Answer(true, "")
          : new Answer(false, answer.path("message").asText());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (URISyntaxException | ExecutionException | TimeoutException e) {
      throw new AssertionError("the API server did not answer: " + e, e);
    }
  }
}

package dev.cachecluster.stories.rig;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cachecluster.api.v1alpha1.CacheCluster;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What {@code kubectl get} shows of an object: the API server itself makes the table. */
public final class PrinterColumns {
  private final Map<String, String> values;

  private PrinterColumns(Map<String, String> values) {
    this.values = values;
  }

  public static PrinterColumns of(KubernetesClient client, CacheCluster cluster) {
    var http = client.getHttpClient();
    var metadata = cluster.getMetadata();
    var address =
        client.getMasterUrl()
            + "apis/cachecluster.dev/v1alpha1/namespaces/"
            + metadata.getNamespace()
            + "/cacheclusters/"
            + metadata.getName();
    try {
      var request =
          http.newHttpRequestBuilder()
              .uri(new URI(address))
              .header("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io")
              .build();
      var answer = http.sendAsync(request, String.class).get(30, TimeUnit.SECONDS);
      var table = Serialization.unmarshal(answer.body(), JsonNode.class);
      var values = new LinkedHashMap<String, String>();
      var cells = table.get("rows").get(0).get("cells");
      for (int i = 0; i < cells.size(); i++) {
        var column = table.get("columnDefinitions").get(i);
        if (column.get("priority").asInt() == 0) {
          values.put(column.get("name").asText(), cells.get(i).asText());
        }
      }
      return new PrinterColumns(values);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (URISyntaxException
        | java.util.concurrent.ExecutionException
        | java.util.concurrent.TimeoutException e) {
      throw new AssertionError("the API server gave no table: " + e, e);
    }
  }

  public List<String> names() {
    return new ArrayList<>(values.keySet());
  }

  public String value(String column) {
    return values.getOrDefault(column, "");
  }
}

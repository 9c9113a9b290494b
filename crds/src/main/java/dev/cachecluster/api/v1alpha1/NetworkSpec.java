package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Openings of the cache's network, which is closed both ways. Who comes in, CacheUsers say.
 *
 * @param egress Where the cache's pods may connect to beside each other and the cluster's DNS (pods
 *     of kube-system with the label k8s-app=kube-dns): nowhere if not given. A cache needs nothing
 *     else, unless the cluster's DNS is elsewhere, as with a DNS cache on each node.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record NetworkSpec(@Nullable @Size(max = NetworkSpec.MAX_PEERS) List<EgressSpec> egress) {

  static final int MAX_PEERS = 8;

  public NetworkSpec {
    egress = Copies.list(egress);
  }
}

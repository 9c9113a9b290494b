package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the pods run and what they carry.
 *
 * @param nodeSelector Labels that a node must have.
 * @param tolerations Taints that the pods tolerate.
 * @param topologySpread How the members are spread. Over nodes, as far as possible, if not given.
 * @param priorityClassName PriorityClass of the pods.
 * @param podLabels More labels for the pods, but none that Kubernetes, the operator or usual
 *     selectors use.
 * @param podAnnotations More annotations for the pods, but none that change how a pod runs, such as
 *     those of Kubernetes, service meshes or the operator.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record PlacementSpec(
    @Nullable @Size(max = 16) Map<String, @Size(max = 63) String> nodeSelector,
    @Nullable @Size(max = 16) List<TolerationSpec> tolerations,
    @Nullable TopologySpreadSpec topologySpread,
    @Nullable @Size(max = 253) String priorityClassName,
    @Nullable @Size(max = 16) Map<String, @Size(max = 63) String> podLabels,
    @Nullable @Size(max = 16) Map<String, @Size(max = 1024) String> podAnnotations) {

  public PlacementSpec {
    nodeSelector = Copies.sorted(nodeSelector);
    tolerations = Copies.list(tolerations);
    podLabels = Copies.sorted(podLabels);
    podAnnotations = Copies.sorted(podAnnotations);
  }
}

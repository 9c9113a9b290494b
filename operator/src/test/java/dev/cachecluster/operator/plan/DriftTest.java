package dev.cachecluster.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachecluster.api.v1alpha1.CacheClusterSpec;
import dev.cachecluster.operator.desired.Digests;
import dev.cachecluster.operator.desired.Labels;
import dev.cachecluster.operator.desired.SampleCluster;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What an API server adds is no drift; what somebody changed is. The live objects were read with
 * {@code kubectl get -o yaml} from a Kubernetes 1.35, where the operator had applied them.
 */
class DriftTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path LIVE = Path.of("src/test/resources/drift");

  static List<HasMetadata> applied() {
    CacheClusterSpec spec = SampleCluster.spec(2);
    return SampleCluster.desired(spec, Optional.of("demo-0-2")).objects().stream()
        .filter(object -> Files.exists(file(object)))
        .toList();
  }

  private static Path file(HasMetadata object) {
    var kind =
        switch (object.getKind()) {
          case "StatefulSet" -> "sts";
          case "Service" -> "svc";
          case "PodDisruptionBudget" -> "pdb";
          case "ConfigMap" -> "cm";
          default -> object.getKind().toLowerCase(java.util.Locale.ROOT);
        };
    return LIVE.resolve(kind + "-" + object.getMetadata().getName() + ".yaml");
  }

  /**
   * The object as the API server held it, with what has changed in the operator since laid over.
   */
  private static ObjectNode live(HasMetadata applied) throws IOException {
    var read = Serialization.unmarshal(Files.readString(file(applied)), applied.getClass());
    var live = (ObjectNode) JSON.valueToTree(read);
    bringUpToDate(live, JSON.valueToTree(applied));
    return live;
  }

  /** Only where the operator asks for another value by now: how an equal one is written stays. */
  private static void bringUpToDate(JsonNode live, JsonNode applied) {
    if (live instanceof ObjectNode object) {
      applied
          .properties()
          .forEach(
              field -> {
                var standing = object.get(field.getKey());
                if (standing != null
                    && standing.isContainerNode()
                    && sameSize(standing, field.getValue())) {
                  bringUpToDate(standing, field.getValue());
                } else if (!field.getValue().equals(standing)) {
                  object.set(field.getKey(), field.getValue());
                }
              });
    } else if (live instanceof ArrayNode list) {
      for (int i = 0; i < list.size(); i++) {
        if (list.get(i).isContainerNode()) {
          bringUpToDate(list.get(i), applied.get(i));
        } else {
          list.set(i, applied.get(i));
        }
      }
    }
  }

  private static boolean sameSize(JsonNode live, JsonNode applied) {
    return live.isObject() || live.size() == applied.size();
  }

  private static Optional<Action> drift(HasMetadata applied, ObjectNode live) {
    live.withObject("/metadata/annotations").put(Labels.APPLIED, Digests.of(applied));
    return Drift.of(applied, Optional.of(JSON.convertValue(live, applied.getClass())));
  }

  @Test
  void everyKindIsLookedAt() {
    assertThat(applied())
        .extracting(HasMetadata::getKind)
        .containsOnlyOnce("NetworkPolicy", "ConfigMap", "StatefulSet")
        .contains("Service", "PodDisruptionBudget");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("applied")
  void whatTheApiServerAddsIsNoDrift(HasMetadata object) throws IOException {
    assertThat(drift(object, live(object))).isEmpty();
  }

  @ParameterizedTest(name = "{0}: {1} = {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "NetworkPolicy|/spec/ingress/0/from/0/podSelector/matchLabels/cachecluster.dev~1cluster|\"another\"",
        "NetworkPolicy|/spec/ingress/0/from/0/namespaceSelector|{}",
        "NetworkPolicy|/spec/ingress/0/from/2|{\"podSelector\":{}}",
        "NetworkPolicy|/spec/ingress/1|{}",
        "NetworkPolicy|/spec/ingress/0/ports/0/endPort|65535",
        "NetworkPolicy|/spec/egress/0/to|[]",
        "NetworkPolicy|/spec/podSelector/matchLabels/app|\"another\"",
        "NetworkPolicy|/spec/podSelector/matchExpressions|[{\"key\":\"a\",\"operator\":\"Exists\"}]",
        "NetworkPolicy|/spec/policyTypes|[\"Egress\"]",
        "Service|/spec/selector/app|\"another\"",
        "Service|/spec/ports/0/targetPort|6380",
        "Service|/spec/type|\"LoadBalancer\"",
        "PodDisruptionBudget|/spec/maxUnavailable|3",
        "PodDisruptionBudget|/spec/unhealthyPodEvictionPolicy|\"IfHealthyBudget\"",
        "ConfigMap|/data/server.conf|\"port 6379\"",
        "StatefulSet|/spec/replicas|0",
        "StatefulSet|/spec/template/spec/containers/0/image|\"example.com/other:1\"",
        "StatefulSet|/spec/template/spec/containers/0/resources/limits/memory|\"169Mi\"",
        "StatefulSet|/spec/template/spec/containers/0/args/2|\"--port\"",
        "StatefulSet|/spec/template/spec/containers/1|{\"name\":\"other\",\"image\":\"example.com/other:1\"}",
        "StatefulSet|/spec/template/spec/containers/0/securityContext/capabilities/drop|[]",
        "StatefulSet|/spec/template/spec/automountServiceAccountToken|true",
        "StatefulSet|/metadata/labels/cachecluster.dev~1cluster|\"another\""
      })
  void whatSomebodyChangedIsDrift(String kind, String pointer, String value) throws IOException {
    var object =
        applied().stream().filter(each -> each.getKind().equals(kind)).findFirst().orElseThrow();
    var live = live(object);
    set(live, pointer, JSON.readTree(value));
    assertThat(drift(object, live))
        .hasValueSatisfying(
            action ->
                assertThat(((Action.Apply) action).change()).isEqualTo(Action.Change.DRIFTED));
  }

  private static void set(ObjectNode root, String pointer, JsonNode value) {
    int last = pointer.lastIndexOf('/');
    var parent = root.at(pointer.substring(0, last));
    var name = pointer.substring(last + 1).replace("~1", "/");
    if (parent instanceof ArrayNode list) {
      if (Integer.parseInt(name) == list.size()) {
        list.add(value);
      } else {
        list.set(Integer.parseInt(name), value);
      }
    } else {
      ((ObjectNode) parent).set(name, value);
    }
  }

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource({"168Mi,176160768", "168Mi,172032Ki", "100m,0.1"})
  void oneQuantityMayBeWrittenInManyWays(String applied, String live) throws IOException {
    var object =
        applied().stream()
            .filter(each -> each.getKind().equals("StatefulSet"))
            .findFirst()
            .orElseThrow();
    var tree = live(object);
    var requests = (ObjectNode) tree.at("/spec/template/spec/containers/0/resources/requests");
    var name = applied.endsWith("m") ? "cpu" : "memory";
    assertThat(requests.get(name).asText()).isEqualTo(applied);
    requests.put(name, live);
    assertThat(drift(object, tree)).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "/metadata/labels/example.com~1team|\"shop\"",
        "/metadata/annotations/example.com~1note|\"seen\"",
        "/metadata/finalizers|[\"example.com/f\"]",
        "/spec/sessionAffinityConfig|{\"clientIP\":{\"timeoutSeconds\":10}}"
      })
  void whatOthersAddBesideItIsLeftAlone(String pointer, String value) throws IOException {
    var object =
        applied().stream()
            .filter(each -> each.getKind().equals("Service"))
            .findFirst()
            .orElseThrow();
    var live = live(object);
    live.withObject("/metadata/annotations");
    set(live, pointer, JSON.readTree(value));
    assertThat(drift(object, live)).isEmpty();
  }

  @Test
  void aFieldThatIsNoLongerAskedForIsNoticedByTheMark() throws IOException {
    var object = applied().getFirst();
    var live = live(object);
    live.withObject("/metadata/annotations").put(Labels.APPLIED, "of-another-version");
    assertThat(Drift.of(object, Optional.of(JSON.convertValue(live, object.getClass()))))
        .hasValueSatisfying(
            action ->
                assertThat(((Action.Apply) action).change()).isEqualTo(Action.Change.CHANGED));
  }

  /**
   * The JDK's immutable maps have another order in every process, and nothing may be written for
   * that.
   */
  @Test
  void theMarkDoesNotDependOnTheOrderOfAMap() {
    Map<String, String> one = new LinkedHashMap<>();
    one.put("a", "1");
    one.put("b", "2");
    Map<String, String> other = new LinkedHashMap<>();
    other.put("b", "2");
    other.put("a", "1");
    assertThat(Digests.of(secret(one))).isEqualTo(Digests.of(secret(other)));
  }

  /** What was found to be the same is remembered for these very objects, and for no others. */
  @Test
  void anObjectThatIsReplacedIsComparedAnew() throws IOException {
    var drift = new Drift();
    var object = applied().getFirst();
    var tree = live(object);
    tree.withObject("/metadata/annotations").put(Labels.APPLIED, Digests.of(object));
    var good = Optional.<HasMetadata>of(JSON.convertValue(tree, object.getClass()));
    tree.withObject("/metadata/labels").put(Labels.CLUSTER, "another");
    var bad = Optional.<HasMetadata>of(JSON.convertValue(tree, object.getClass()));

    assertThat(drift.between(object, good)).isEmpty();
    assertThat(drift.between(object, good)).isEmpty();
    assertThat(drift.between(object, bad)).isPresent();
    assertThat(drift.between(object, bad)).isPresent();
    assertThat(drift.between(object, Optional.empty())).isPresent();
    assertThat(drift.between(object, good)).isEmpty();
    assertThat(drift.between(applied().get(1), good)).isPresent();
  }

  private static Secret secret(Map<String, String> data) {
    return new SecretBuilder().withNewMetadata().withName("x").endMetadata().withData(data).build();
  }
}

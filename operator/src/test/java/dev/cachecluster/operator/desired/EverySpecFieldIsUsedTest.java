package dev.cachecluster.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachecluster.api.v1alpha1.CacheClusterSpec;
import dev.cachecluster.api.v1alpha1.SpecCheck;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the API accepts, the operator does: whoever changes a field changes an object by it. */
class EverySpecFieldIsUsedTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String SPEC =
      """
      {"engine": {"type": "Valkey", "version": "8.1", "imagePullSecrets": [{"name": "one"}]},
       "topology": {"type": "Replicated", "replicas": 2},
       "memory": {"maxMemory": "64Mi", "evictionPolicy": "allkeys-lfu"},
       "cpu": {"request": "100m", "limit": "1"},
       "config": {"timeout": "0"},
       "placement": {"nodeSelector": {"example.com/a": "b"},
         "tolerations": [{"key": "example.com/a", "operator": "Equal", "value": "b", "effect": "NoExecute", "tolerationSeconds": 3}],
         "topologySpread": {"topologyKey": "kubernetes.io/hostname", "whenUnsatisfiable": "ScheduleAnyway"},
         "priorityClassName": "one", "podLabels": {"example.com/a": "b"}, "podAnnotations": {"example.com/a": "b"}},
       "tls": {"server": {"type": "Managed"}, "lifetime": "2160h", "renewBefore": "720h"},
       "network": {"egress": [
         {"type": "Cidr", "cidr": "169.254.20.10/32", "ports": [{"protocol": "UDP", "port": 53}]},
         {"type": "Pods", "pods": {"namespace": "dns", "matchLabels": {"app": "dns"}}, "ports": [{"protocol": "UDP", "port": 53}]}]},
       "persistence": {"mode": "AppendOnly", "size": "2Gi", "storageClassName": "fast", "encryption": {"required": true}}}
      """;

  /** Each field with another value that the API allows too. */
  private static final Map<String, String> OTHER =
      Map.ofEntries(
          Map.entry("/engine/type", "\"Redis\""),
          Map.entry("/engine/version", "\"8.0\""),
          Map.entry("/engine/image", "\"example.com/other:1\""),
          Map.entry("/engine/imagePullSecrets/0/name", "\"two\""),
          Map.entry("/topology/replicas", "3"),
          Map.entry("/memory/maxMemory", "\"128Mi\""),
          Map.entry("/memory/evictionPolicy", "\"noeviction\""),
          Map.entry("/cpu/request", "\"200m\""),
          Map.entry("/cpu/limit", "\"2\""),
          Map.entry("/config", "{\"timeout\": \"7\"}"),
          Map.entry("/placement/nodeSelector", "{\"example.com/a\": \"c\"}"),
          Map.entry("/placement/tolerations/0/key", "\"example.com/b\""),
          Map.entry("/placement/tolerations/0/operator", "null"),
          Map.entry("/placement/tolerations/0/value", "\"c\""),
          Map.entry("/placement/tolerations/0/effect", "null"),
          Map.entry("/placement/tolerations/0/tolerationSeconds", "4"),
          Map.entry("/placement/topologySpread/topologyKey", "\"topology.kubernetes.io/zone\""),
          Map.entry("/placement/topologySpread/whenUnsatisfiable", "\"DoNotSchedule\""),
          Map.entry("/placement/priorityClassName", "\"two\""),
          Map.entry("/placement/podLabels", "{\"example.com/a\": \"c\"}"),
          Map.entry("/placement/podAnnotations", "{\"example.com/a\": \"c\"}"),
          Map.entry("/network/egress/0/cidr", "\"169.254.20.11/32\""),
          Map.entry("/network/egress/1/pods/namespace", "\"resolvers\""),
          Map.entry("/network/egress/1/pods/matchLabels", "{\"app\": \"resolver\"}"),
          Map.entry("/network/egress/0/ports/0/protocol", "\"TCP\""),
          Map.entry("/network/egress/0/ports/0/port", "54"),
          Map.entry("/persistence/mode", "\"Snapshot\""),
          Map.entry("/persistence/size", "\"4Gi\""),
          Map.entry("/persistence/storageClassName", "\"slow\""),
          Map.entry("/persistence/encryption/required", "false"));

  /**
   * Fields with one allowed value, and fields that say when something is done rather than what
   * exists.
   */
  private static final Map<String, String> ELSEWHERE =
      Map.ofEntries(
          Map.entry("/topology/type", "has one value"),
          Map.entry("/network/egress/0/type", "says which of cidr and pods is there"),
          Map.entry("/tls/server/type", "goes into no object (ServerCertificateTest)"),
          Map.entry("/tls/server/issuer/name", "see type"),
          Map.entry("/tls/server/issuer/kind", "see type"),
          Map.entry("/tls/server/issuer/group", "see type"),
          Map.entry("/tls/server/secret/name", "see type"),
          Map.entry("/tls/lifetime", "goes into the next certificate (Executor, IssueLeaf)"),
          Map.entry("/tls/renewBefore", "decides when it is made (IdentityStage; story 22a)"),
          Map.entry("/persistence/onDelete", "decides who owns claims (StorageStage; Claims)"),
          Map.entry("/access/namespaces/from", "decides about CacheUsers (UserPlannerTest)"),
          Map.entry(
              "/access/namespaces/selector/matchLabels",
              "decides about CacheUsers (UserPlannerTest)"),
          Map.entry("/access/namespaces/selector/matchExpressions/0/key", "see matchLabels"),
          Map.entry("/access/namespaces/selector/matchExpressions/0/operator", "see matchLabels"),
          Map.entry("/access/namespaces/selector/matchExpressions/0/values", "see matchLabels"));

  static List<String> fields() {
    return OTHER.keySet().stream().sorted().toList();
  }

  @ParameterizedTest
  @MethodSource("fields")
  void whoChangesAFieldChangesAnObject(String field) throws JsonProcessingException {
    var changed = JSON.readTree(SPEC);
    set(changed, field, JSON.readTree(OTHER.get(field)));
    if (field.endsWith("/effect")) {
      ((ObjectNode) changed.at("/placement/tolerations/0")).remove("tolerationSeconds");
    }
    var spec = JSON.treeToValue(changed, CacheClusterSpec.class);
    assertThat(SpecCheck.check(Specs.cluster(spec))).isEmpty();
    assertThat(objects(spec)).isNotEqualTo(objects(JSON.readValue(SPEC, CacheClusterSpec.class)));
  }

  private static String objects(CacheClusterSpec spec) throws JsonProcessingException {
    var images =
        new EngineImages(
            Map.of(
                "Valkey.8.1",
                "example.com/v:1",
                "Valkey.8.0",
                "example.com/v:0",
                "Redis.8.1",
                "example.com/v:1"));
    var desired =
        SampleCluster.STATES.of(
            SampleCluster.NAMES,
            spec,
            images.imageFor(spec.engine()).orElseThrow(),
            Optional.empty(),
            Optional.empty(),
            Grants.NONE);
    var shown = new TreeMap<String, JsonNode>();
    desired
        .claims()
        .values()
        .forEach(claim -> shown.put(claim.getMetadata().getName(), JSON.valueToTree(claim)));
    for (var object : desired.objects()) {
      var tree = JSON.valueToTree(object);
      // A digest changes with any field; what counts is what the digest stands for.
      if (tree.at("/spec/template/metadata/annotations") instanceof ObjectNode annotations) {
        annotations.remove(List.of(Labels.TEMPLATE, Labels.SPEC));
      }
      shown.put(object.getKind() + "/" + object.getMetadata().getName(), tree);
    }
    return JSON.writeValueAsString(shown);
  }

  private static void set(JsonNode root, String pointer, JsonNode value) {
    int last = pointer.lastIndexOf('/');
    var parent = root.at(pointer.substring(0, last));
    if (parent instanceof ArrayNode list) {
      list.set(Integer.parseInt(pointer.substring(last + 1)), value);
    } else {
      ((ObjectNode) parent).set(pointer.substring(last + 1), value);
    }
  }

  /** A field that is added to the API must be added here, with another value or with a reason. */
  @Test
  void noFieldIsForgotten() {
    var all = new ArrayList<String>();
    leaves(CacheClusterSpec.class, "", all);
    var known = new ArrayList<>(OTHER.keySet());
    known.addAll(ELSEWHERE.keySet());
    // Of a list, one item stands for all.
    known.replaceAll(field -> field.replace("/egress/1/", "/egress/0/"));
    assertThat(all).containsExactlyInAnyOrderElementsOf(known);
  }

  private static void leaves(Class<?> record, String path, List<String> into) {
    for (RecordComponent component : record.getRecordComponents()) {
      var here = path + "/" + component.getName();
      var type = component.getType();
      if (List.class.isAssignableFrom(type)
          && ((Class<?>) element(component.getGenericType())).isRecord()) {
        leaves((Class<?>) element(component.getGenericType()), here + "/0", into);
      } else if (type.isRecord()) {
        leaves(type, here, into);
      } else {
        into.add(here);
      }
    }
  }

  private static Type element(Type list) {
    return ((ParameterizedType) list).getActualTypeArguments()[0];
  }
}

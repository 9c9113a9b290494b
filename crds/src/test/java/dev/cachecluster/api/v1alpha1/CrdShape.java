package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRuleBuilder;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the generator cannot know or does wrong. */
final class CrdShape implements CRDPostProcessor {
  private final CrdKind kind;
  private final Javadocs docs;

  CrdShape(CrdKind kind, Javadocs docs) {
    this.kind = kind;
    this.docs = docs;
  }

  @Override
  public HasMetadata process(HasMetadata resource, String crdVersion) {
    var crd = (CustomResourceDefinition) resource;
    kind.complete(crd);
    crd.getSpec().getVersions().forEach(this::shape);
    return crd;
  }

  private void shape(CustomResourceDefinitionVersion version) {
    version.setAdditionalPrinterColumns(kind.columns());
    JSONSchemaProps root = version.getSchema().getOpenAPIV3Schema();
    docs.ofType(kind.type).ifPresent(root::setDescription);
    root.setRequired(List.of("spec"));
    root.setXKubernetesValidations(
        List.of(
            new ValidationRuleBuilder()
                .withRule("self.metadata.name.matches('" + kind.namePattern + "')")
                .withMessage(kind.nameMessage)
                .build()));
    JSONSchemaProps spec = property(root, "spec");
    JSONSchemaProps status = property(root, "status");
    walk(spec, kind.spec);
    walk(status, kind.status);
    // Tools that wait by kstatus take an object without a status for one that is done.
    status.setDefault(JsonNodeFactory.instance.objectNode().put("observedGeneration", -1));
    asMap(property(status, "conditions"), "type");
    ConditionSchema.complete(property(status, "conditions").getItems().getSchema());
    kind.complete(spec, status);
  }

  static JSONSchemaProps property(JSONSchemaProps schema, String... path) {
    for (String name : path) {
      JSONSchemaProps property = schema.getProperties().get(name);
      schema = Objects.requireNonNull(property, () -> "the generator left out " + name);
    }
    return schema;
  }

  static void asMap(JSONSchemaProps list, String key) {
    list.setXKubernetesListType("map");
    list.setXKubernetesListMapKeys(List.of(key));
  }

  static void asSet(JSONSchemaProps list) {
    list.setXKubernetesListType("set");
  }

  private void walk(JSONSchemaProps schema, Type type) {
    withoutDuplicateRules(schema);
    switch (type) {
      case ParameterizedType generic when schema.getItems() != null ->
          walk(schema.getItems().getSchema(), generic.getActualTypeArguments()[0]);
      case Class<?> record when record.isRecord() -> {
        describe(schema, docs.ofType(record).orElse(null));
        for (RecordComponent component : record.getRecordComponents()) {
          component(record, component, property(schema, component.getName()));
        }
      }
      case Class<?> number when number == int.class || number == Integer.class ->
          schema.setFormat("int32");
      case Class<?> number when number == Long.class -> schema.setFormat("int64");
      default -> {}
    }
  }

  private void component(Class<?> record, RecordComponent component, JSONSchemaProps schema) {
    String name = component.getName();
    describe(
        schema,
        docs.ofComponent(record, name)
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        record.getSimpleName() + " has no @param " + name + ": describe it")));
    var oneOf = component.getAnnotation(OneOf.class);
    if (oneOf != null) {
      schema.setEnum(texts(oneOf.value()));
    }
    var each = component.getAnnotation(EachItem.class);
    if (each != null) {
      schema
          .getItems()
          .getSchema()
          .setXKubernetesValidations(Arrays.stream(each.value()).map(CrdShape::rule).toList());
    }
    walk(schema, component.getGenericType());
  }

  private static io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule rule(
      ValidationRule annotation) {
    return new ValidationRuleBuilder()
        .withRule(annotation.value())
        .withMessage(annotation.message())
        .build();
  }

  static List<JsonNode> texts(String... values) {
    return Arrays.stream(values).<JsonNode>map(TextNode::valueOf).toList();
  }

  private static void describe(JSONSchemaProps schema, @Nullable String text) {
    if (schema.getDescription() == null) {
      schema.setDescription(text);
    }
  }

  /** An annotation on a record component lands on its field and on its accessor: two rules. */
  private static void withoutDuplicateRules(JSONSchemaProps schema) {
    if (schema.getXKubernetesValidations() != null) {
      var once = new LinkedHashSet<>(schema.getXKubernetesValidations());
      schema.setXKubernetesValidations(new ArrayList<>(once));
    }
  }
}

package dev.cachecluster.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A rule that nothing breaks could be gone tomorrow, and nobody would notice. */
class EveryRuleHasABadSampleTest {

  @ParameterizedTest
  @MethodSource("messages")
  void ruleHasABadSample(CrdKind kind, String message) throws IOException {
    List<Sample> samples = Sample.allIn(Sample.BAD);
    assertThat(samples)
        .anySatisfy(
            sample -> {
              assertThat(sample.kind()).isEqualTo(kind);
              assertThat(message).contains(sample.expected());
            });
  }

  /**
   * Of every rule that looks at one object. Those of a cluster's settings and labels write their
   * messages with what they found; {@link ConfigKeysTest} has the former.
   */
  static Stream<Object[]> messages() throws IOException {
    Stream<Object[]> messages = Stream.empty();
    for (CrdKind kind : CrdKind.values()) {
      JsonNode crd = new YAMLMapper().readTree(kind.committed.toFile());
      messages =
          Stream.concat(
              messages,
              crd.findValues("x-kubernetes-validations").stream()
                  .flatMap(rules -> rules.valueStream())
                  .filter(rule -> !rule.path("rule").asText().contains("oldSelf"))
                  .filter(rule -> !rule.has("messageExpression"))
                  .map(rule -> new Object[] {kind, rule.path("message").asText()}));
    }
    return messages;
  }
}

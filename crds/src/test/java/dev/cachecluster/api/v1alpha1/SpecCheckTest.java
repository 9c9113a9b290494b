package dev.cachecluster.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same samples, of both kinds, are applied to a real API server: it and the Java checks must
 * refuse them for the same reason.
 */
class SpecCheckTest {
  /** What the API server says in words of its own, where the schema and not a rule refuses. */
  private static final Pattern SCHEMA_MESSAGE =
      Pattern.compile("Required value|Unsupported value|in body|Too (long|many)|Duplicate|unknown");

  @ParameterizedTest
  @MethodSource("badSamples")
  void badSampleIsRefused(Sample sample) {
    String field = sample.specCheckField();
    if (field.equals("unreadable")) {
      assertThatThrownBy(sample::read).isInstanceOf(IllegalArgumentException.class);
      return;
    }
    List<SpecProblem> problems = sample.problems();
    if (field.equals("unseen")) {
      assertThat(problems).isEmpty();
      return;
    }
    assertThat(problems).extracting(SpecProblem::field).contains(field);
    assertThat(problems)
        .extracting(SpecProblem::message)
        .allSatisfy(message -> assertThat(message).matches("(metadata[.]name|spec).*"));
    if (!SCHEMA_MESSAGE.matcher(sample.expected()).find()) {
      assertThat(problems).anySatisfy(p -> assertThat(p.message()).contains(sample.expected()));
    }
  }

  @ParameterizedTest
  @MethodSource("goodSamples")
  void goodSampleIsAccepted(Sample sample) {
    assertThat(sample.problems()).isEmpty();
  }

  @Test
  void objectWithoutAnythingIsRefusedWithoutAnException() {
    assertThat(SpecCheck.check(new CacheCluster()))
        .extracting(SpecProblem::field)
        .containsExactly("metadata.name", "spec");
    assertThat(CacheUserCheck.check(new CacheUser()))
        .extracting(SpecProblem::field)
        .containsExactly("metadata.name", "spec");
  }

  static List<Sample> badSamples() throws IOException {
    return Sample.allIn(Sample.BAD);
  }

  static Stream<Sample> goodSamples() throws IOException {
    return Stream.concat(
        Sample.allIn(Sample.GOOD).stream(), Sample.allIn(Sample.EXAMPLES).stream());
  }

  static Stream<Sample> goodClusters() throws IOException {
    return goodSamples().filter(sample -> sample.kind() == CrdKind.CACHE_CLUSTER);
  }

  static Stream<Sample> goodUsers() throws IOException {
    return goodSamples().filter(sample -> sample.kind() == CrdKind.CACHE_USER);
  }
}

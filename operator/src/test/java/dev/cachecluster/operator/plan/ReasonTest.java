package dev.cachecluster.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ReasonTest {
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\w+)` \\| ");
  private static final Pattern LIST = Pattern.compile("(?ms)^## Reasons$(.*)");

  /** Who reads a condition at night looks its reason up: one row for each, and none of the past. */
  @Test
  void everyReasonHasOneRowInTheDocumentation() throws IOException {
    var text = Files.readString(Path.of("..", "docs", "conditions.md"));
    var list = LIST.matcher(text);
    assertThat(list.find()).as("the section Reasons").isTrue();
    var rows = ROW.matcher(list.group(1)).results().map(row -> row.group(1));
    assertThat(rows).containsExactlyInAnyOrderElementsOf(texts().toList());
  }

  @Test
  void noTwoReasonsReadAlike() {
    assertThat(texts()).doesNotHaveDuplicates();
  }

  private static Stream<String> texts() {
    return Arrays.stream(Reason.values()).map(Reason::text);
  }
}

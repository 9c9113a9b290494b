package dev.cachecluster.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.stories.rig.Options;
import dev.cachecluster.stories.rig.Story;
import dev.cachecluster.stories.rig.StrictApply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What cannot work is refused at the door, with words that say what is wrong and what would be
 * right.
 *
 * <ol>
 *   <li>apply every file of crds/src/test/resources/bad, as a dry run with strict field validation
 *       → the API server refuses each, with the text of its {@code # expect:} line
 *   <li>apply every file of crds/src/test/resources/good → each is accepted
 * </ol>
 */
@Order(2)
class RefusesBadInput {
  private static final String EXPECT = "# expect: ";
  @RegisterExtension final Story story = new Story();

  @Test
  void story() throws IOException {
    var apply = new StrictApply(story.client(), story.namespace());
    story.step(1, "bad samples are refused");
    var bad = samples("bad");
    var wrong = new ArrayList<String>();
    for (var file : bad) {
      var text = Files.readString(file);
      var expected =
          text.lines()
              .filter(line -> line.startsWith(EXPECT))
              .findFirst()
              .orElseThrow()
              .substring(EXPECT.length());
      var answer = apply.dryRun(text);
      if (answer.accepted()) {
        wrong.add(file.getFileName() + " was accepted");
      } else if (!answer.message().contains(expected)) {
        wrong.add(
            file.getFileName()
                + " was refused without saying \""
                + expected
                + "\": "
                + answer.message());
      }
    }
    assertThat(wrong).isEmpty();

    story.step(2, "good samples are accepted");
    var good = samples("good");
    for (var file : good) {
      var answer = apply.dryRun(Files.readString(file));
      if (!answer.accepted()) {
        wrong.add(file.getFileName() + " was refused: " + answer.message());
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(bad).hasSizeGreaterThan(50);
    assertThat(good).hasSizeGreaterThan(5);
    story.tell(bad.size() + " refused, " + good.size() + " accepted");
  }

  private static List<Path> samples(String kind) throws IOException {
    try (var files =
        Files.list(Options.repository().resolve("crds/src/test/resources").resolve(kind))) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
  }
}

package dev.cachecluster.lettucewriter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cachecluster.lettucewriter.Target.Address;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {
  private static Options parse(String... more) {
    List<String> arguments = new ArrayList<>(List.of("--binding", "/b"));
    arguments.addAll(List.of(more));
    return Options.parse(arguments);
  }

  @Test
  void takesWhatTheStoriesSay() {
    Options options =
        parse(
            "--rate",
            "500",
            "--for",
            "2s",
            "--retries",
            "3",
            "--retry-wait",
            "30ms",
            "--timeout",
            "4s",
            "--prefix",
            "x:",
            "--run",
            "r",
            "--workers",
            "2",
            "--verify-after",
            "5s",
            "--verify-within",
            "2m",
            "--fresh-connections",
            "200",
            "--address",
            "127.0.0.1:7");
    assertThat(options.target().binding()).isEqualTo(Path.of("/b"));
    assertThat(options.target().address()).hasValue(new Address("127.0.0.1", 7));
    assertThat(options.target().timeout()).isEqualTo(Duration.ofSeconds(4));
    assertThat(options.target().retries()).isEqualTo(3);
    assertThat(options.target().retryWait()).isEqualTo(Duration.ofMillis(30));
    assertThat(options.load())
        .isEqualTo(
            new Load(
                "x:",
                "r",
                2,
                500,
                Duration.ofSeconds(2),
                200,
                Duration.ofSeconds(5),
                Duration.ofMinutes(2)));
    assertThat(options.roundtrip()).isFalse();
  }

  @Test
  void hasThePresetsOfTheOtherWriter() {
    Options options = parse();
    assertThat(options.target())
        .isEqualTo(
            new Target(
                Path.of("/b"),
                options.target().address(),
                Duration.ofSeconds(1),
                1,
                Duration.ofMillis(20)));
    assertThat(options.target().address()).isEmpty();
    assertThat(options.load().prefix()).isEqualTo("w:");
    assertThat(options.load().workers()).isEqualTo(4);
    assertThat(options.load().rate()).isEqualTo(1000);
    assertThat(options.load().length()).isEqualTo(Duration.ofSeconds(30));
    assertThat(options.load().verifyAfter()).isEqualTo(Duration.ofSeconds(2));
    assertThat(options.load().verifyWithin()).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void takesTheFormsThatGoTakes() {
    assertThat(parse("-rate=7").load().rate()).isEqualTo(7);
    assertThat(parse("--roundtrip", "--rate", "8").roundtrip()).isTrue();
    assertThat(parse("--roundtrip=false").roundtrip()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "x,unexpected \"x\"",
    "--nope,no option --nope",
    "--rate,needs a value",
    "--rate=0,--rate 0",
    "--rate=many,is not a number",
    "--rate=100001,between 1 and 100000",
    "--workers=0,--workers 0",
    "--workers=257,between 1 and 256",
    "--for=0s,--for 0s",
    "--for=2h,more than 5000000 writes",
    "--timeout=0s,--timeout must be positive",
    "--retries=-1,--retries must not",
    "--fresh-connections=-1,--fresh-connections must not",
    "--address=here,not HOST:PORT"
  })
  void saysWhatIsWrong(String argument, String message) {
    assertThatThrownBy(() -> parse(argument))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(message);
  }

  @Test
  void needsABinding() {
    assertThatThrownBy(() -> Options.parse(List.of())).hasMessageContaining("--binding DIR");
  }

  @Test
  void helpNamesEveryOptionThatStoriesGiveToALoadClient() throws IOException {
    TreeSet<String> used = new TreeSet<>();
    Path stories = Path.of("../stories/src/test/java/dev/cachecluster/stories");
    try (var files = Files.walk(stories)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        String text = Files.readString(file);
        if (!text.contains("Writer")) {
          continue;
        }
        Pattern.compile("\"(--[a-z-]+)\"")
            .matcher(text)
            .results()
            .forEach(found -> used.add(String.valueOf(found.group(1))));
      }
    }
    // Of these, only stories about the cache's closed doors, and about what lies in a server's
    // files, make use, with the other writer.
    used.removeAll(List.of("--attacks", "--acked-out", "--verify-from", "--transactions"));
    assertThat(used).contains("--rate", "--roundtrip").allMatch(Options.help()::contains);
  }

  @Test
  void keysOfTwoRunsDiffer() {
    assertThat(parse().load().key(1))
        .startsWith("w:")
        .endsWith(":1")
        .isNotEqualTo(parse().load().key(1));
  }

  @Test
  void everySecondWorkerReconnects() {
    Load load = parse("--fresh-connections", "10").load();
    assertThat(load.freshFor(1, 10)).isTrue();
    assertThat(load.freshFor(3, 20)).isTrue();
    assertThat(load.freshFor(0, 10)).isFalse();
    assertThat(load.freshFor(1, 0)).isFalse();
    assertThat(load.freshFor(1, 11)).isFalse();
    assertThat(parse().load().freshFor(1, 10)).isFalse();
  }
}

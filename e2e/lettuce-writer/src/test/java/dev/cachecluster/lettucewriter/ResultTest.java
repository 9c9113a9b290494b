package dev.cachecluster.lettucewriter;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.cachecluster.lettucewriter.Verification.Verdict;
import dev.cachecluster.lettucewriter.Writing.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ResultTest {
  private static final Instant BEGAN = Instant.parse("2026-03-01T10:00:00Z");

  private static Result result(int acked, Verdict verdict) {
    Tally tally = new Tally(0);
    for (int number = 0; number < acked; number++) {
      tally.acknowledged(number, 0, 1_500_000_000L);
    }
    tally.failed(new IOException("no"));
    tally.finish(2_000_000_000L);
    return Result.of("r", new Outcome(tally, BEGAN.toEpochMilli(), 2_000_000_000L), verdict);
  }

  private static final Verdict GOOD = new Verdict(0, 0, List.of());

  @Test
  void holdsTheFiguresOfTheRun() throws IOException {
    JsonNode json =
        new JsonMapper().readTree(result(2, new Verdict(1, 0, List.of("w:r:0"))).json());
    assertThat(json.get("attempts").asInt()).isEqualTo(3);
    assertThat(json.get("acked").asInt()).isEqualTo(2);
    assertThat(json.get("failed").asInt()).isEqualTo(1);
    assertThat(json.get("lost_keys").toString()).isEqualTo("[\"w:r:0\"]");
    assertThat(json.get("longest_gap_ms").asInt()).isEqualTo(1500);
    assertThat(json.get("longest_gap_began_s").asDouble()).isZero();
    assertThat(json.get("longest_gap_began_at").asText()).isEqualTo("2026-03-01T10:00:00Z");
    assertThat(json.get("seconds").asDouble()).isEqualTo(2);
    assertThat(json.get("errors").toString()).isEqualTo("{\"no\":1}");
  }

  @Test
  void isTheLineOfTheOtherWriterFieldByField() throws IOException {
    List<String> wanted = new ArrayList<>();
    Pattern.compile("json:\"([a-z0-9_]+)")
        .matcher(Files.readString(Path.of("../writer/main.go")))
        .results()
        .forEach(found -> wanted.add(String.valueOf(found.group(1))));
    JsonNode json = new JsonMapper().readTree(result(2, new Verdict(1, 0, List.of("k"))).json());
    List<String> ours = new ArrayList<>();
    json.fieldNames().forEachRemaining(ours::add);
    assertThat(ours).isEqualTo(wanted).contains("longest_gap_ms");
  }

  @Test
  void leavesLostKeysOutIfThereAreNone() {
    assertThat(result(1, GOOD).json()).doesNotContain("lost_keys").doesNotContain("\n");
  }

  @Test
  void exitCodeIsOfWhatWasProven() {
    assertThat(result(1, GOOD).exitCode()).isZero();
    assertThat(result(1, new Verdict(1, 0, List.of())).exitCode()).isEqualTo(1);
    assertThat(result(1, new Verdict(0, 1, List.of())).exitCode()).isEqualTo(1);
    assertThat(result(0, GOOD).exitCode()).isEqualTo(1);
  }
}

package dev.cachecluster.lettucewriter;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.cachecluster.lettucewriter.Tally.Counts;
import dev.cachecluster.lettucewriter.Verification.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The line of JSON that a story reads; field by field that of {@code e2e/writer}. */
@JsonPropertyOrder({
  "run",
  "attempts",
  "acked",
  "failed",
  "lost",
  "unread",
  "lost_keys",
  "longest_gap_ms",
  "longest_gap_began_at",
  "longest_gap_began_s",
  "p50_ms",
  "p99_ms",
  "seconds",
  "errors"
})
record Result(
    @JsonInclude(Include.NON_EMPTY) String run,
    long attempts,
    long acked,
    long failed,
    long lost,
    long unread,
    @JsonProperty("lost_keys") @JsonInclude(Include.NON_EMPTY) List<String> lostKeys,
    @JsonProperty("longest_gap_ms") long longestGapMs,
    @JsonProperty("longest_gap_began_at") String longestGapBeganAt,
    @JsonProperty("longest_gap_began_s") double longestGapBeganS,
    @JsonProperty("p50_ms") double p50Ms,
    @JsonProperty("p99_ms") double p99Ms,
    double seconds,
    Map<String, Long> errors) {
  private static final JsonMapper JSON = new JsonMapper();

  static Result of(String run, Writing.Outcome outcome, Verdict verdict) {
    Counts counts = outcome.tally().counts();
    long gapBegan = counts.longestGapFromStart();
    return new Result(
        run,
        counts.attempts(),
        counts.acked(),
        counts.failed(),
        verdict.lost(),
        verdict.unread(),
        verdict.examples(),
        counts.longestGapMillis(),
        Instant.ofEpochMilli(outcome.startMillis()).plusNanos(gapBegan).toString(),
        seconds(gapBegan),
        counts.p50Micros() / 1000.0,
        counts.p99Micros() / 1000.0,
        seconds(outcome.nanos()),
        counts.failures());
  }

  private static double seconds(long nanos) {
    return TimeUnit.NANOSECONDS.toMicros(nanos) / 1e6;
  }

  /** 0 if something was acknowledged, nothing of it is lost, and all of it could be read. */
  int exitCode() {
    return lost > 0 || unread > 0 || acked == 0 ? 1 : 0;
  }

  String json() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record of numbers and strings is always JSON", e);
    }
  }
}

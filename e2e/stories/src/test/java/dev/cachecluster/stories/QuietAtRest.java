package dev.cachecluster.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.stories.rig.AuditLog;
import dev.cachecluster.stories.rig.Cache;
import dev.cachecluster.stories.rig.Options;
import dev.cachecluster.stories.rig.Story;
import dev.cachecluster.stories.rig.Wait;
import dev.cachecluster.stories.rig.Writer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Nothing changes but the data, so the operator has nothing to write.
 *
 * <ol>
 *   <li>a healthy cache, whose network was tried once, takes 1,000 writes a second; no write
 *       reaches the API server for ten seconds → it has settled
 *   <li>count the operator's writes for a minute (in full ten) in the audit log → its Lease, and
 *       nothing else
 * </ol>
 */
@Order(13)
@Isolated("It counts every write of the operator.")
class QuietAtRest {
  private static final Duration SETTLES = Duration.ofMinutes(2);
  private static final Duration SETTLED = Duration.ofSeconds(10);
  @RegisterExtension final Story story = new Story();

  @Test
  void story() {
    var log = new AuditLog(story.rig().auditLog());
    story.step(1, "a cache under load settles");
    var cache = Cache.ready(story, "{memory: {maxMemory: 512Mi}}");
    cache.awaitNetwork("Isolated", SETTLES);
    var writer = Writer.load(story, cache);
    var began = Instant.now();
    Wait.until(
        "ten seconds without a write",
        SETTLES,
        () -> {
          var now = Instant.now();
          assertThat(Duration.between(began, now)).isGreaterThan(SETTLED);
          assertThat(writes(log, now.minus(SETTLED))).isEmpty();
        });

    var watched = Options.full() ? Duration.ofMinutes(10) : Duration.ofMinutes(1);
    story.step(2, "count writes for " + watched.toSeconds() + " s");
    var from = Instant.now();
    Wait.until(
        watched.toSeconds() + " s have passed",
        watched.plusSeconds(10),
        () -> assertThat(Duration.between(from, Instant.now())).isGreaterThan(watched));
    var leases =
        log.since(from).stream()
            .filter(AuditLog.Request::isOperators)
            .filter(AuditLog.Request::isLease)
            .filter(AuditLog.Request::isWrite);
    assertThat(leases.count())
        .as("writes to the Lease, without which the log would prove nothing")
        .isPositive();
    assertThat(writes(log, from)).as("writes beside the Lease").isEmpty();
    var result = writer.stop().assertNothingLost().assertNothingFailed();
    story.tell(result.toString());
  }

  private static List<AuditLog.Request> writes(AuditLog log, Instant from) {
    return log.since(from).stream()
        .filter(AuditLog.Request::isOperators)
        .filter(AuditLog.Request::isWrite)
        .filter(request -> !request.isLease())
        .toList();
  }
}

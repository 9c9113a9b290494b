package dev.cachecluster.stories.rig;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.ResourceNotFoundException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.awaitility.core.ThrowingRunnable;

/** Waiting for a condition with a deadline. */
public final class Wait {
  private static final Duration STEP = Duration.ofMillis(200);

  private Wait() {}

  /**
   * Until the assertions hold. While the API server cannot be asked, or an object is not there, the
   * condition just does not hold yet.
   */
  public static void until(String what, Duration atMost, ThrowingRunnable assertions) {
    until(what, atMost, STEP, assertions);
  }

  /** The same, for what costs the API server much to answer. */
  public static void until(
      String what, Duration atMost, Duration step, ThrowingRunnable assertions) {
    try {
      Awaitility.await(what)
          .pollInterval(step)
          .pollDelay(Duration.ZERO)
          .atMost(atMost)
          .ignoreExceptionsMatching(Wait::saysNothing)
          .untilAsserted(assertions);
    } catch (ConditionTimeoutException e) {
      var last =
          String.valueOf(e.getMessage())
              .replaceFirst("(?s)^Condition with alias.*?(?i:lambda) expression in \\S+ ?", "");
      throw new AssertionError("waited " + atMost.toSeconds() + " s for: " + what + ": " + last, e);
    }
  }

  /** Neither no answer nor a pod that is just being made again decides anything. */
  private static boolean saysNothing(Throwable thrown) {
    return thrown instanceof KubernetesClientException
        || thrown instanceof ResourceNotFoundException;
  }

  /** That the assertions hold all the time. */
  public static void holds(String what, Duration during, ThrowingRunnable assertions) {
    Awaitility.await(what)
        .pollInterval(STEP)
        .pollDelay(Duration.ZERO)
        .during(during)
        .atMost(during.plusSeconds(10))
        .failFast(what, assertions)
        .until(() -> true);
  }
}

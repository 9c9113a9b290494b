package dev.cachecluster.operator.controller;

import dev.cachecluster.api.v1alpha1.CacheClusterSpec;
import dev.cachecluster.api.v1alpha1.CacheClusterStatus;
import dev.cachecluster.operator.apply.WriteOverlay;
import dev.cachecluster.operator.desired.DesiredState;
import dev.cachecluster.operator.desired.Grants;
import dev.cachecluster.operator.desired.Identities;
import dev.cachecluster.operator.engine.AdminIdentity;
import dev.cachecluster.operator.engine.EngineAdmin;
import dev.cachecluster.operator.observed.Memory;
import dev.cachecluster.operator.plan.Drift;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the operator keeps of one cluster between passes: connections, and hints. Passes never
 * overlap.
 */
final class Session implements AutoCloseable {
  private final Memory memory;
  private final WriteOverlay overlay = new WriteOverlay();
  private @Nullable AdminIdentity identity;
  private @Nullable EngineAdmin engine;
  private @Nullable CacheClusterStatus writtenStatus;
  private @Nullable Wish wish;
  private @Nullable DesiredState desired;
  private Drift drift = new Drift();
  private String loggedPlan = "";
  private int failures;

  Session(Instant begin) {
    this.memory = new Memory(begin);
  }

  Memory memory() {
    return memory;
  }

  WriteOverlay overlay() {
    return overlay;
  }

  /** The connections, made anew when the operator's own certificate or password was. */
  EngineAdmin engine(AdminIdentity wanted, Function<AdminIdentity, EngineAdmin> open) {
    if (engine == null || !wanted.equals(identity)) {
      close();
      identity = wanted;
      engine = open.apply(wanted);
    }
    return Objects.requireNonNull(engine);
  }

  /** What a desired state is made from. */
  record Wish(
      CacheClusterSpec spec,
      String image,
      Optional<Identities> identities,
      Optional<String> primary,
      Grants grants) {}

  /** What is desired, made anew when what it is made from is another. */
  DesiredState desired(Wish now, Function<Wish, DesiredState> make) {
    if (desired == null || !now.equals(wish)) {
      desired = make.apply(now);
      wish = now;
      drift = new Drift();
    }
    return desired;
  }

  /** What was compared with it already. */
  Drift drift() {
    return drift;
  }

  /** The status that was written last; the framework's cache may still show the one before. */
  Optional<CacheClusterStatus> writtenStatus() {
    return Optional.ofNullable(writtenStatus);
  }

  void statusWritten(CacheClusterStatus status) {
    writtenStatus = status;
  }

  /** It is about to be written: should the answer be lost, nobody knows which one stands. */
  void statusUncertain() {
    writtenStatus = null;
  }

  /** Whether this line differs from the one before. */
  boolean isNews(String plan) {
    boolean news = !plan.equals(loggedPlan);
    loggedPlan = plan;
    return news;
  }

  /** Counts passes that failed in a row. */
  int failed() {
    return ++failures;
  }

  void succeeded() {
    failures = 0;
  }

  @Override
  public void close() {
    if (engine != null) {
      engine.close();
      engine = null;
    }
  }
}

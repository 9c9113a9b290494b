package dev.cachecluster.operator.observed;

import java.time.Duration;

/** What is known of a user's binding, which lies in the application's namespace. */
public sealed interface ObservedBinding {
  /** Its own pass has not looked yet. */
  record Unseen() implements ObservedBinding {}

  /** There is none yet; it will be made of what holds then. */
  record Absent() implements ObservedBinding {}

  /**
   * It stands.
   *
   * @param publishedFor for how long this operator has seen it trust and show the same
   */
  record Standing(StandingBinding content, Duration publishedFor) implements ObservedBinding {}
}

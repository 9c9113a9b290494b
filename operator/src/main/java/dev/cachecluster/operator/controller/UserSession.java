package dev.cachecluster.operator.controller;

import dev.cachecluster.api.v1alpha1.CacheUserStatus;
import dev.cachecluster.operator.apply.WriteOverlay;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the operator keeps of one user between passes: hints. Passes never overlap. */
final class UserSession {
  private final String uid;
  private final WriteOverlay overlay = new WriteOverlay();
  private @Nullable CacheUserStatus writtenStatus;
  private String loggedPlan = "";
  private int failures;

  UserSession(String uid) {
    this.uid = uid;
  }

  String uid() {
    return uid;
  }

  WriteOverlay overlay() {
    return overlay;
  }

  /** The status that was written last; the framework's cache may still show the one before. */
  Optional<CacheUserStatus> writtenStatus() {
    return Optional.ofNullable(writtenStatus);
  }

  /** It is about to be written: should the answer be lost, nobody knows which one stands. */
  void statusUncertain() {
    writtenStatus = null;
  }

  void statusWritten(CacheUserStatus status) {
    writtenStatus = status;
  }

  /** Whether this plan differs from the one before. */
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
}

package dev.cachecluster.operator.controller;

import io.javaoperatorsdk.operator.processing.retry.GenericRetry;

/**
 * Retries what threw an exception for as long as it takes. The framework's own default gives up
 * after five attempts, and newer events do not always begin the count anew (java-operator-sdk
 * #3479).
 */
public final class SteadyRetry extends GenericRetry {
  public SteadyRetry() {
    setInitialInterval(500);
    setIntervalMultiplier(2);
    setMaxInterval(30_000);
    withoutMaxAttempts();
  }
}

package dev.cachecluster.operator.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HouseTest {
  /** Histograms that stay for every address would fill the heap, one pod that goes at a time. */
  @Test
  void nothingIsKeptOfServersThatAreGone() throws Exception {
    var resources = new House().clientResources();
    try {
      assertThat(resources.commandLatencyRecorder().isEnabled()).isFalse();
    } finally {
      resources.shutdown(0, 5, TimeUnit.SECONDS).get(10, TimeUnit.SECONDS);
      resources.timer().stop();
    }
  }
}

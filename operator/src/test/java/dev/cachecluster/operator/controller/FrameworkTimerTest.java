package dev.cachecluster.operator.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.javaoperatorsdk.operator.api.config.BaseConfigurationService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.junit.jupiter.api.Test;

class FrameworkTimerTest {
  @Test
  void theFrameworksTimerHasAThreadThatSleepsBetweenPasses() {
    var framework = new BaseConfigurationService();

    FrameworkTimer.keepThread(framework);

    var timer = framework.getExecutorServiceManager().scheduledExecutorService();
    try {
      assertThat(timer)
          .isInstanceOfSatisfying(
              ScheduledThreadPoolExecutor.class,
              pool -> assertThat(pool.getCorePoolSize()).isEqualTo(1));
    } finally {
      timer.shutdownNow();
    }
  }
}

package dev.cachecluster.operator.controller;

import io.javaoperatorsdk.operator.api.config.ConfigurationService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/**
 * The framework's timer, by which a pass is called again later. It is made without a thread of its
 * own ({@code Executors.newScheduledThreadPool(0)} in ExecutorServiceManager of 5.3.2), and a
 * thread that may end looks at the queue every 10 ms for as long as anything is due some time: a
 * hundred wake-ups a second, measured as 0.8 % of a core at rest. One that stays sleeps until the
 * next pass.
 */
final class FrameworkTimer {
  private FrameworkTimer() {}

  static void keepThread(ConfigurationService framework) {
    keepThread(framework.getExecutorServiceManager().scheduledExecutorService());
  }

  static void keepThread(ScheduledExecutorService timer) {
    if (timer instanceof ScheduledThreadPoolExecutor pool && pool.getCorePoolSize() == 0) {
      pool.setCorePoolSize(1);
    }
  }
}

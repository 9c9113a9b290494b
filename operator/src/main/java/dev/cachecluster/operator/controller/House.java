package dev.cachecluster.operator.controller;

import dev.cachecluster.operator.desired.DesiredStates;
import dev.cachecluster.operator.desired.EngineImages;
import dev.cachecluster.operator.desired.OperatorIdentity;
import dev.cachecluster.operator.engine.CommandGate;
import dev.cachecluster.operator.engine.LettuceEngineAdmin;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.lettuce.core.event.DefaultEventPublisherOptions;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import io.netty.util.HashedWheelTimer;
import io.netty.util.concurrent.DefaultThreadFactory;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Puts the parts together for the container. Everything below this package works without it. */
@Singleton
public class House {
  static final String ENGINES = "/engines.properties";

  /** Twice a second, not ten times: the timer only ends attempts that took seconds. */
  private static final int TICK_MILLIS = 500;

  @Produces
  @Singleton
  Clock clock() {
    return Clock.systemUTC();
  }

  /**
   * Without the histograms of latencies that the library keeps if left alone: 120 kB per command
   * and address, for good, so that every pod that came and went would cost the operator half a
   * megabyte; and with them goes a thread that wakes every millisecond to look for pauses.
   */
  @Produces
  @Singleton
  ClientResources clientResources() {
    return DefaultClientResources.builder()
        .timer(
            new HashedWheelTimer(
                new DefaultThreadFactory("lettuce-timer", true),
                TICK_MILLIS,
                TimeUnit.MILLISECONDS))
        .ioThreadPoolSize(2)
        .computationThreadPoolSize(2)
        .commandLatencyRecorder(CommandLatencyRecorder.disabled())
        .commandLatencyPublisherOptions(DefaultEventPublisherOptions.disabled())
        .build();
  }

  void end(@Disposes ClientResources resources) {
    var _ = resources.shutdown();
    // What was given to them is left to who gave it.
    var _ = resources.timer().stop();
  }

  @Produces
  @Singleton
  Sessions sessions(
      ClientResources resources, OperatorConfig config, Clock clock, CommandGate gate) {
    return new Sessions(
        identity ->
            new LettuceEngineAdmin(resources, identity, config.commandTimeout(), clock, gate),
        clock);
  }

  @Produces
  @Singleton
  PassFactory passes(
      KubernetesClient client,
      Sessions sessions,
      OperatorConfig config,
      Clock clock,
      MeterRegistry meters,
      CommandGate gate) {
    var images = new EngineImages(engines());
    var identity = new OperatorIdentity(config.namespace(), config.podLabels());
    return new PassFactory(
        client,
        sessions,
        new DesiredStates(images, identity),
        new KubernetesJournal(client, meters, clock, "cachecluster-operator"),
        clock,
        new SecureRandom(),
        () -> gate.refusal(config.commandTimeout()).isEmpty(),
        pause -> LockSupport.parkNanos(pause.toNanos()),
        OwnImage.ofPod(client, config.namespace(), config.podName(), clock));
  }

  @Produces
  @Singleton
  StatusMeters statusMeters(MeterRegistry meters) {
    return new StatusMeters(meters);
  }

  static Map<String, String> engines() {
    var table = new Properties();
    try (var in = House.class.getResourceAsStream(ENGINES)) {
      if (in == null) {
        throw new IllegalStateException(ENGINES + " is missing from the operator's own archive");
      }
      table.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var images = new HashMap<String, String>();
    table.forEach((key, value) -> images.put((String) key, (String) value));
    return images;
  }

  /**
   * The framework registers one meter with two sets of tags, which the registry refuses in a thread
   * that then dies and takes all retries with it (java-operator-sdk #3038).
   */
  @Produces
  @Singleton
  MeterFilter uniformEventTags() {
    return new MeterFilter() {
      @Override
      public Meter.Id map(Meter.Id id) {
        return id.getName().equals("events.received") && id.getTag("action") == null
            ? id.withTag(Tag.of("action", "NONE"))
            : id;
      }
    };
  }
}

package dev.cachecluster.stories.rig;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

/** A replica of a story's cache. */
public final class Replica {
  private Replica() {}

  /**
   * Deletes the pod of one and waits until another serves. What was proven of its predecessor's
   * network says nothing of the new pod, so the network is tried again.
   */
  public static void replace(Cache cache, Duration atMost) {
    var replica = cache.replicaPods().getFirst();
    var before = cache.podUids().get(replica);
    cache.pod(replica).delete();
    Wait.until(
        "another pod " + replica,
        atMost,
        () -> assertThat(cache.podUids().getOrDefault(replica, before)).isNotEqualTo(before));
    Wait.until(
        "nothing is said of the new pod's network, or something new",
        atMost,
        () -> assertThat(cache.status().network()).isNull());
    cache.awaitHealthy(Cache.READY_WITHIN);
  }
}

package dev.cachecluster.operator.controller;

import dev.cachecluster.api.v1alpha1.CacheCluster;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;

/** A server's connection broke: its cluster is looked at now, not at the next interval. */
final class ServerEvents extends SimpleInboundEventSource<CacheCluster> {
  ServerEvents() {
    super("servers");
  }

  void disconnected(ResourceID cluster) {
    propagateEvent(cluster);
  }
}

package dev.cachecluster.operator.controller;

import dev.cachecluster.api.v1alpha1.CacheUser;
import dev.cachecluster.operator.desired.UserKey;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;

/** A pass over a cluster saw something that concerns a user. */
final class UserEvents extends SimpleInboundEventSource<CacheUser> {
  UserEvents() {
    super("reports");
  }

  void concern(UserKey user) {
    propagateEvent(new ResourceID(user.name(), user.namespace()));
  }
}

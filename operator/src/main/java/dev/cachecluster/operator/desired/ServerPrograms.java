package dev.cachecluster.operator.desired;

import dev.cachecluster.api.v1alpha1.EngineType;

/**
 * What the engine's programs are called. They are found by the image's {@code PATH}; no path and no
 * shell is assumed.
 */
record ServerPrograms(String server, String cli) {
  static ServerPrograms of(EngineType type) {
    return switch (type) {
      case VALKEY -> new ServerPrograms("valkey-server", "valkey-cli");
      case REDIS -> new ServerPrograms("redis-server", "redis-cli");
    };
  }
}

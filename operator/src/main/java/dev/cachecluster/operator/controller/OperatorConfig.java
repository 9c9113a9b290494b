package dev.cachecluster.operator.controller;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Map;

/** What the operator's Deployment may set, as {@code CACHECLUSTER_…} variables. */
@ConfigMapping(prefix = "cachecluster")
public interface OperatorConfig {
  /** The namespace of the operator's own pods. */
  @WithDefault("cachecluster-system")
  String namespace();

  /** The name of this pod: who holds the lease. */
  @WithDefault("local")
  String podName();

  /** Labels that select the operator's pods; members let these in. */
  Map<String, String> podLabels();

  /** How long a server may take to answer a command. */
  @WithDefault("2s")
  Duration commandTimeout();
}

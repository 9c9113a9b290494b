/**
 * From a CacheCluster to every Kubernetes object it needs. Pure: no clock, no randomness, no
 * client.
 */
@NullMarked
package dev.cachecluster.operator.desired;

import org.jspecify.annotations.NullMarked;

/**
 * What to do next, decided from desired and observed alone. Pure: no clock, no randomness, no
 * client.
 */
@NullMarked
package dev.cachecluster.operator.plan;

import org.jspecify.annotations.NullMarked;

package dev.cachecluster.operator.observed;

import java.util.Optional;

/**
 * What is known of the network before a pass looks at it.
 *
 * @param image the operator's own image, in which the probe's program is; empty if it could not be
 *     read
 * @param told the last run of the probe, as the status tells it. A hint: it makes the next run
 *     later, and nothing else rests on it
 */
public record NetworkMemory(Optional<String> image, Optional<NetworkProof> told) {}

/**
 * What users live through, on a real Kubernetes: one class is one story, and its Javadoc numbers
 * the steps. {@code scripts/stories.sh --help} says how they run.
 */
@NullMarked
package dev.cachecluster.stories;

import org.jspecify.annotations.NullMarked;

/**
 * What stories are told with: a namespace, a cache in it, load on the cache, faults, and a report
 * when it fails.
 */
@NullMarked
package dev.cachecluster.stories.rig;

import org.jspecify.annotations.NullMarked;

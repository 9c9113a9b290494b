/** What is told of a cluster: conditions, phase, events. Pure, but for the one writer. */
@NullMarked
package dev.cachecluster.operator.status;

import org.jspecify.annotations.NullMarked;

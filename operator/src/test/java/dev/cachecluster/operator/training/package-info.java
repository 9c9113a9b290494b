/** A world in which the operator is started once when its image is built. */
@NullMarked
package dev.cachecluster.operator.training;

import org.jspecify.annotations.NullMarked;

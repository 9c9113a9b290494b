/**
 * What is: one immutable record per pass, and the edge that reads it from Kubernetes and the
 * servers.
 */
@NullMarked
package dev.cachecluster.operator.observed;

import org.jspecify.annotations.NullMarked;

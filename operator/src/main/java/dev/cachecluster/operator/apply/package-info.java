/** Does what a plan says: the only writes to Kubernetes and to the servers. */
@NullMarked
package dev.cachecluster.operator.apply;

import org.jspecify.annotations.NullMarked;

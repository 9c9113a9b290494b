/** Whether a volume is proven to be encrypted. Pure: it judges what others have read. */
@NullMarked
package dev.cachecluster.operator.storage;

import org.jspecify.annotations.NullMarked;

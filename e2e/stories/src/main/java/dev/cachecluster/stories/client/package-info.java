/**
 * A second load client, on Lettuce: what a Java application lives through while its cache moves.
 */
@NullMarked
package dev.cachecluster.stories.client;

import org.jspecify.annotations.NullMarked;

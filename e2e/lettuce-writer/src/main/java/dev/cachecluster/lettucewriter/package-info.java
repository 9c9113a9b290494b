/**
 * The load client of the stories as a Java application would write it, on Lettuce: the same command
 * line, the same figures and the same result line as {@code e2e/writer}.
 */
@NullMarked
package dev.cachecluster.lettucewriter;

import org.jspecify.annotations.NullMarked;

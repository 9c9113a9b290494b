/** What the load client counts and says, and what it does with real servers that misbehave. */
@NullMarked
package dev.cachecluster.lettucewriter;

import org.jspecify.annotations.NullMarked;

/** The admin port to a server: the only package that opens sockets to members. */
@NullMarked
package dev.cachecluster.operator.engine;

import org.jspecify.annotations.NullMarked;

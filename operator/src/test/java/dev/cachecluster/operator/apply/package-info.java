@NullMarked
package dev.cachecluster.operator.apply;

import org.jspecify.annotations.NullMarked;

/** Tests of what holds passes together. */
@NullMarked
package dev.cachecluster.operator.controller;

import org.jspecify.annotations.NullMarked;

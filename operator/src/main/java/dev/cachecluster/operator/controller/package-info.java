/** The front door: one reconciler, its event sources, and what holds the rooms together. */
@NullMarked
package dev.cachecluster.operator.controller;

import org.jspecify.annotations.NullMarked;

/**
 * The program of the probe's pods, which finds out whether the network keeps to its policies, and
 * the words in which it is told what to try and tells what it found. Nothing but the JDK.
 */
@org.jspecify.annotations.NullMarked
package dev.cachecluster.operator.probe;

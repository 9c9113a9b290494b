/**
 * The program that looks at the files on a member's volume while its server does not run, and moves
 * aside what cannot be read. Nothing but the JDK; the operator takes its words, {@link
 * dev.cachecluster.operator.volume.Verdict}.
 */
@org.jspecify.annotations.NullMarked
package dev.cachecluster.operator.volume;

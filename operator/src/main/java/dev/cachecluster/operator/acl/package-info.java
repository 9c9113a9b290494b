/**
 * Who may do what on a server: access rules as values, their file form, and the proof that a server
 * has them.
 */
@NullMarked
package dev.cachecluster.operator.acl;

import org.jspecify.annotations.NullMarked;

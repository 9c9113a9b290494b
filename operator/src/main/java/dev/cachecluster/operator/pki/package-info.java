/**
 * Certificates of a cluster: a certificate authority, the leaves it issues, and when they are due.
 * Pure; no files, no network.
 */
@NullMarked
package dev.cachecluster.operator.pki;

import org.jspecify.annotations.NullMarked;

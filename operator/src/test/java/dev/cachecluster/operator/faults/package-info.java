/**
 * Crashes, errors of the API and lost links, each at every exact step: the reconciler runs here
 * without a container, on an API and servers in memory.
 */
package dev.cachecluster.operator.faults;

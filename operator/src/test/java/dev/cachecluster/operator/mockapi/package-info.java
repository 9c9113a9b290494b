/**
 * A Kubernetes API in memory, for tests that need a crash or an error at one exact request. It is
 * held to the real server's behaviour by answers that were recorded from one.
 */
package dev.cachecluster.operator.mockapi;

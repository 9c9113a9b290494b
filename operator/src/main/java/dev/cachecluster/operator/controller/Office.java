package dev.cachecluster.operator.controller;

/** Whether this operator is the one that acts. */
@FunctionalInterface
public interface Office {
  /**
   * False from the moment on in which another may have taken over: nothing is written then, status
   * included.
   */
  boolean isHeld();
}

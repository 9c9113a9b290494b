package dev.cachecluster.api.v1alpha1;

/**
 * One thing that is wrong with a spec.
 *
 * @param field Path of the field, for example {@code spec.memory.maxMemory}.
 * @param message What is wrong and what to do about it; names the field.
 */
public record SpecProblem(String field, String message) {}

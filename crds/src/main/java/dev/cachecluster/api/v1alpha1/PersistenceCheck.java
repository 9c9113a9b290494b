package dev.cachecluster.api.v1alpha1;

import java.util.OptionalLong;

/** The part of {@link SpecCheck} that looks at {@code spec.persistence}. */
final class PersistenceCheck {
  private static final String SIZE = "spec.persistence.size";
  private static final String CLASS = "spec.persistence.storageClassName";

  private final ProblemList problems;

  PersistenceCheck(ProblemList problems) {
    this.problems = problems;
  }

  void check(PersistenceSpec persistence, OptionalLong maxMemory) {
    boolean keeps = persistence.mode().keeps();
    String size = persistence.size();
    String storageClass = persistence.storageClassName();
    problems.require(SIZE, keeps == (size != null), PersistenceSpec.SIZED_MESSAGE);
    problems.require(CLASS, keeps || storageClass == null, PersistenceSpec.CLASSED_MESSAGE);
    if (storageClass != null) {
      problems.matches(CLASS, storageClass, Labels.OBJECT_NAME, PersistenceSpec.CLASS_MESSAGE);
    }
    if (size == null) {
      return;
    }
    OptionalLong bytes = persistence.sizeBytes();
    problems.require(SIZE, bytes.isPresent(), PersistenceSpec.SIZE_MESSAGE);
    if (bytes.isPresent() && maxMemory.isPresent()) {
      boolean snapshot = persistence.mode() == PersistenceMode.SNAPSHOT;
      long factor = snapshot ? PersistenceSpec.SNAPSHOT_FACTOR : PersistenceSpec.APPEND_ONLY_FACTOR;
      problems.require(
          SIZE,
          !keeps || bytes.getAsLong() >= factor * maxMemory.getAsLong(),
          snapshot
              ? PersistenceSpec.SNAPSHOT_SIZE_MESSAGE
              : PersistenceSpec.APPEND_ONLY_SIZE_MESSAGE);
    }
  }
}

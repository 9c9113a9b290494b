package dev.cachecluster.operator.storage;

/** What is known of a volume's encryption. */
public sealed interface Judgement {
  /** In one sentence, for a person. */
  String text();

  /** There is evidence for it. */
  record Encrypted(String text) implements Judgement {}

  /** There is evidence against it. */
  record NotEncrypted(String text) implements Judgement {}

  /** There is no evidence. */
  record Unknown(String text) implements Judgement {}

  default boolean isProven() {
    return this instanceof Encrypted;
  }
}

package dev.cachecluster.operator.plan;

/** Who leads a shard, decided from the record and from what the servers say. */
public sealed interface Leadership {

  /** The recorded primary leads, by its own word and by its history. */
  record Leads(String primary) implements Leadership {}

  /** Nobody leads, and this member shall: it continues the recorded line. */
  record FailOver(String to, String why) implements Leadership {}

  /** The record says somebody else, but this member still leads: a hand-over did not come about. */
  record TakeBack(String primary, String why) implements Leadership {}

  /** There is no record, and the world is unambiguous: this member leads already. */
  record Adopt(String primary) implements Leadership {}

  /** Every process is a new one, and the data of this member came back from its volume. */
  record Restore(String to, String why) implements Leadership {}

  /** There is no data anywhere, proven for every member: this one begins. */
  record Begin(String primary, boolean dataLost) implements Leadership {}

  /** Nothing may move yet; evidence is on its way. */
  record Await(Reason reason, String message) implements Leadership {}
}

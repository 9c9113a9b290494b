package dev.cachecluster.operator.mockapi;

/** Names one object. */
public record Key(Kind kind, String namespace, String name) {
  @Override
  public String toString() {
    return kind.name() + "/" + name;
  }
}

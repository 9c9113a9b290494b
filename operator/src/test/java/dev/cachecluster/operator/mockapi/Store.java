package dev.cachecluster.operator.mockapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;

/** All objects with their versions, and everything that ever happened to them. Not thread-safe. */
final class Store {
  /** One object: how it stands, and who owns what of it. */
  record Entry(ObjectNode object, Ownership ownership) {}

  /** What watchers are told. */
  record Change(
      long revision, String type, Key key, ObjectNode object, Optional<ObjectNode> before) {}

  private final TreeMap<String, Entry> entries = new TreeMap<>();
  private final List<Change> changes = new ArrayList<>();
  private final List<Consumer<Change>> listeners = new ArrayList<>();
  private final Clock clock;
  private long revision = 100;
  private long names;
  private long oldest;

  Store(Clock clock) {
    this.clock = clock;
  }

  /**
   * Goes on from the same state. Stored objects are never changed in place, so both may hold the
   * same.
   */
  Store fork(Clock ownClock) {
    var fork = new Store(ownClock);
    fork.entries.putAll(entries);
    fork.changes.addAll(changes);
    fork.revision = revision;
    fork.names = names;
    fork.oldest = oldest;
    return fork;
  }

  private static String id(Key key) {
    return key.kind().apiVersion()
        + "/"
        + key.kind().name()
        + "/"
        + key.namespace()
        + "/"
        + key.name();
  }

  Optional<Entry> find(Key key) {
    return Optional.ofNullable(entries.get(id(key)));
  }

  Entry get(Key key) throws ApiError {
    return find(key).orElseThrow(() -> ApiError.notFound(key));
  }

  Collection<Entry> all() {
    return List.copyOf(entries.values());
  }

  static Key key(ObjectNode object) {
    var metadata = object.path("metadata");
    return new Key(
        Kind.named(object.path("kind").asText()),
        metadata.path("namespace").asText(""),
        metadata.path("name").asText());
  }

  /** Stores a new object: gives it what only the API server gives. */
  ObjectNode create(Key key, ObjectNode object, Ownership ownership) {
    object.put("apiVersion", key.kind().apiVersion()).put("kind", key.kind().name());
    var metadata = object.withObject("/metadata");
    if (key.kind().namespaced()) {
      metadata.put("namespace", key.namespace());
    }
    metadata.put("name", key.name());
    metadata.put(
        "uid", new UUID(0xcacecafe_0000_4000L, 0x8000_0000_0000_0000L | ++names).toString());
    metadata.put("creationTimestamp", now());
    if (key.kind().generation()) {
      metadata.put("generation", 1);
    }
    put(key, "ADDED", new Entry(object, ownership), Optional.empty());
    return object;
  }

  /** Stores a changed object; a new generation if more than its status or metadata changed. */
  ObjectNode update(Key key, ObjectNode object, Ownership ownership) throws ApiError {
    var standing = get(key);
    if (standing.object().equals(object) && standing.ownership().equals(ownership)) {
      return standing.object();
    }
    if (key.kind().generation() && !spec(standing.object()).equals(spec(object))) {
      object
          .withObject("/metadata")
          .put("generation", standing.object().path("metadata").path("generation").asLong() + 1);
    }
    put(key, "MODIFIED", new Entry(object, ownership), Optional.of(standing.object()));
    return object;
  }

  private static ObjectNode spec(ObjectNode object) {
    return object.deepCopy().without(List.of("metadata", "status"));
  }

  void delete(Key key) {
    var gone = entries.remove(id(key));
    if (gone != null) {
      var last = gone.object().deepCopy();
      last.withObject("/metadata").put("resourceVersion", Long.toString(++revision));
      tell(new Change(revision, "DELETED", key, last, Optional.of(gone.object())));
    }
  }

  private void put(Key key, String type, Entry entry, Optional<ObjectNode> before) {
    entry.object().withObject("/metadata").put("resourceVersion", Long.toString(++revision));
    entries.put(id(key), entry);
    tell(new Change(revision, type, key, entry.object().deepCopy(), before));
  }

  private void tell(Change change) {
    changes.add(change);
    List.copyOf(listeners).forEach(listener -> listener.accept(change));
  }

  String now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
  }

  long revision() {
    return revision;
  }

  String suffix() {
    return String.format("%05x", ++names);
  }

  List<Change> changes() {
    return List.copyOf(changes);
  }

  /** Forgets what happened so far: a watch from before gets 410. */
  void compact() {
    oldest = revision;
  }

  boolean isCompacted(long since) {
    return since < oldest;
  }

  void listen(Consumer<Change> listener) {
    listeners.add(listener);
  }

  void unlisten(Consumer<Change> listener) {
    listeners.remove(listener);
  }
}

package dev.cachecluster.operator.mockapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** The API: takes requests, answers them, and tells watchers. Thread-safe. */
public final class MockApi {
  private final Store store;
  private final Writes writes;
  private final Deletes deletes;
  private final List<Watch> watches = new ArrayList<>();

  public MockApi(Clock clock) {
    this(new Store(clock));
  }

  private MockApi(Store store) {
    this.store = store;
    writes = new Writes(store);
    deletes = new Deletes(store);
  }

  /** Another API that goes on from this one's state, by a clock of its own. */
  public synchronized MockApi fork(Clock clock) {
    return new MockApi(store.fork(clock));
  }

  /** Answers any request but a watch. */
  public synchronized ApiReply handle(ApiRequest request) {
    try {
      var known = Fixtures.answer(request);
      if (known.isPresent()) {
        return known.get();
      }
      var to = address(request);
      return switch (request.method()) {
        case "GET" ->
            to.isCollection() ? list(to, request) : ApiReply.of(200, store.get(to.key()).object());
        case "POST" -> writes.create(to, request);
        case "PUT" -> writes.replace(to, request);
        case "PATCH" -> writes.patch(to, request);
        case "DELETE" -> deletes.delete(to, request);
        default ->
            throw new ApiError(
                405,
                "MethodNotAllowed",
                "the server does not allow this method on the requested resource");
      };
    } catch (ApiError e) {
      return e.reply();
    }
  }

  private static Address address(ApiRequest request) throws ApiError {
    var to =
        request
            .address()
            .orElseThrow(
                () ->
                    new ApiError(
                        404, "NotFound", "the server could not find the requested resource"));
    if (to.isCollection() && !request.method().equals("GET") && !request.method().equals("POST")) {
      throw new ApiError(405, "MethodNotAllowed", "this API changes no whole collections");
    }
    return to;
  }

  private ApiReply list(Address of, ApiRequest request) throws ApiError {
    var selector = Selector.of(request.query());
    var body = ApiRequest.JSON.createObjectNode();
    body.put("apiVersion", of.kind().apiVersion()).put("kind", of.kind().name() + "List");
    body.putObject("metadata").put("resourceVersion", Long.toString(store.revision()));
    var items = body.putArray("items");
    store.all().stream()
        .map(Store.Entry::object)
        .filter(object -> isIn(of, Store.key(object)) && selector.test(object))
        .forEach(items::add);
    return ApiReply.of(200, body);
  }

  private static boolean isIn(Address collection, Key key) {
    return key.kind().equals(collection.kind())
        && (collection.namespace().isEmpty() || collection.namespace().equals(key.namespace()));
  }

  /** A running watch. */
  public final class Watch {
    private final Address of;
    private final Selector selector;
    private final Consumer<String> lines;
    private final Runnable onEnd;
    private final AtomicBoolean open = new AtomicBoolean(true);
    private final Consumer<Store.Change> listener = this::tell;

    private Watch(Address of, Selector selector, Consumer<String> lines, Runnable onEnd) {
      this.of = of;
      this.selector = selector;
      this.lines = lines;
      this.onEnd = onEnd;
    }

    /** An object that comes to match is new to this watcher, and one that ceases to is gone. */
    private void tell(Store.Change change) {
      if (!open.get() || !isIn(of, change.key())) {
        return;
      }
      boolean now = !change.type().equals("DELETED") && selector.test(change.object());
      boolean before = change.before().filter(selector).isPresent();
      if (now || before) {
        send(now ? (before ? "MODIFIED" : "ADDED") : "DELETED", change.object());
      }
    }

    private void send(String type, ObjectNode object) {
      var event = ApiRequest.JSON.createObjectNode().put("type", type);
      event.set("object", object);
      lines.accept(event.toString());
    }

    /** Ends it from the client's side. */
    public void cancel() {
      synchronized (MockApi.this) {
        open.set(false);
        store.unlisten(listener);
        watches.remove(this);
      }
    }
  }

  /**
   * Begins a watch: each change becomes a line of JSON.
   *
   * @param onEnd is called when the server ends it
   */
  public synchronized Optional<Watch> watch(
      ApiRequest request, Consumer<String> lines, Runnable onEnd) {
    try {
      var watch = new Watch(address(request), Selector.of(request.query()), lines, onEnd);
      var since = request.query().getOrDefault("resourceVersion", "");
      if (!since.isEmpty() && !since.equals("0") && store.isCompacted(Long.parseLong(since))) {
        lines.accept(gone());
        onEnd.run();
        return Optional.of(watch);
      }
      if (since.isEmpty() || since.equals("0")) {
        store.all().forEach(entry -> watch.tell(added(entry)));
      } else {
        store.changes().stream()
            .filter(change -> change.revision() > Long.parseLong(since))
            .forEach(watch::tell);
      }
      store.listen(watch.listener);
      watches.add(watch);
      return Optional.of(watch);
    } catch (ApiError e) {
      return Optional.empty();
    }
  }

  private static Store.Change added(Store.Entry entry) {
    return new Store.Change(
        0, "ADDED", Store.key(entry.object()), entry.object(), Optional.empty());
  }

  private static String gone() {
    return "{\"type\":\"ERROR\",\"object\":"
        + ApiError.status(410, "Expired", "too old resource version").body()
        + "}";
  }

  /** Ends all watches, as an API server does from time to time. */
  public void closeWatches() {
    List<Watch> all;
    synchronized (this) {
      all = List.copyOf(watches);
      all.forEach(Watch::cancel);
    }
    all.forEach(watch -> watch.onEnd.run());
  }

  /** Forgets what happened so far: a watch that begins again from before gets 410. */
  public synchronized void compact() {
    store.compact();
  }

  /** One round of the garbage collector; whether it found something. */
  public synchronized boolean collectGarbage() {
    try {
      return deletes.collect();
    } catch (ApiError e) {
      throw new IllegalStateException(e);
    }
  }

  /** A copy of the object, past all faults of the wire. */
  public synchronized Optional<ObjectNode> look(Kind kind, String namespace, String name) {
    return store.find(new Key(kind, namespace, name)).map(entry -> entry.object().deepCopy());
  }

  /** Copies of all objects of a kind. */
  public synchronized List<ObjectNode> lookAll(Kind kind) {
    return store.all().stream()
        .map(Store.Entry::object)
        .filter(object -> Store.key(object).kind().equals(kind))
        .map(ObjectNode::deepCopy)
        .toList();
  }

  /** Copies of all objects. */
  public synchronized List<ObjectNode> lookAll() {
    return store.all().stream().map(entry -> entry.object().deepCopy()).toList();
  }

  /** How often an object was added or deleted, by change type and object. */
  public synchronized Map<String, Integer> history(String type) {
    var counts = new java.util.TreeMap<String, Integer>();
    store.changes().stream()
        .filter(change -> change.type().equals(type))
        .forEach(change -> counts.merge(change.key().toString(), 1, Integer::sum));
    return counts;
  }

  /** A kubelet says that nothing of a pod runs any more: the object goes. */
  synchronized void podEnded(ObjectNode pod) {
    store.delete(Store.key(pod));
  }

  /** A controller of the cluster creates an object. */
  synchronized void add(Key key, ObjectNode object) {
    var ownership = new Ownership();
    ownership.updated(ApiRequest.JSON.createObjectNode(), object, "controller");
    store.create(key, object, ownership);
  }

  /** A controller of the cluster, or somebody else, changes an object. */
  public synchronized void change(
      Kind kind, String namespace, String name, Consumer<ObjectNode> edit) {
    var key = new Key(kind, namespace, name);
    try {
      var entry = store.get(key);
      var object = entry.object().deepCopy();
      edit.accept(object);
      if (object.equals(entry.object())) {
        return; // nothing is written, as by the real one
      }
      var ownership = entry.ownership().copy();
      ownership.updated(entry.object(), object, "controller");
      store.update(key, object, ownership);
    } catch (ApiError e) {
      throw new IllegalStateException(e);
    }
  }
}

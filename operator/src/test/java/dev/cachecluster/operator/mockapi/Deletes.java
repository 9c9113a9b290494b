package dev.cachecluster.operator.mockapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;

/**
 * Deletion: preconditions, finalizers, the grace of pods, and the collector of what lost its owner.
 */
final class Deletes {
  private final Store store;

  Deletes(Store store) {
    this.store = store;
  }

  ApiReply delete(Address to, ApiRequest request) throws ApiError {
    var object = store.get(to.key()).object();
    var options = request.body().isBlank() ? ApiRequest.JSON.createObjectNode() : request.object();
    check(to.key(), object, options.path("preconditions"), "uid", "UID");
    check(to.key(), object, options.path("preconditions"), "resourceVersion", "ResourceVersion");
    boolean immediate = options.path("gracePeriodSeconds").asInt(-1) == 0;
    boolean kept =
        !object.path("metadata").path("finalizers").isEmpty()
            || (isScheduledPod(object) && !immediate);
    if (!kept) {
      store.delete(to.key());
      return to.kind().equals(Kind.POD) ? ApiReply.of(200, object) : ApiError.status(200, "", "");
    }
    return ApiReply.of(200, terminate(to.key(), object));
  }

  /** The object stays until its finalizers, or its kubelet, let go of it. */
  private ObjectNode terminate(Key key, ObjectNode object) throws ApiError {
    if (object.path("metadata").has("deletionTimestamp")) {
      return object;
    }
    var leaving = object.deepCopy();
    leaving
        .withObject("/metadata")
        .put("deletionTimestamp", store.now())
        .put(
            "deletionGracePeriodSeconds",
            object.path("spec").path("terminationGracePeriodSeconds").asInt(0));
    return store.update(key, leaving, store.get(key).ownership());
  }

  private static boolean isScheduledPod(ObjectNode object) {
    return object.path("kind").asText().equals("Pod")
        && !object.path("spec").path("nodeName").asText("").isEmpty();
  }

  private static void check(
      Key key, ObjectNode object, JsonNode conditions, String field, String word) throws ApiError {
    var wanted = conditions.path(field).asText("");
    var standing = object.path("metadata").path(field).asText();
    if (!wanted.isEmpty() && !wanted.equals(standing)) {
      throw ApiError.conflict(
          key,
          "Precondition failed: "
              + word
              + " in precondition: "
              + wanted
              + ", "
              + word
              + " in object meta: "
              + standing);
    }
  }

  /** One round of the garbage collector: what has owners of which none exists any more goes. */
  boolean collect() throws ApiError {
    var uids = new HashSet<String>();
    store.all().forEach(entry -> uids.add(entry.object().path("metadata").path("uid").asText()));
    boolean any = false;
    for (var entry : store.all()) {
      var owners = entry.object().path("metadata").path("ownerReferences");
      boolean orphan = !owners.isEmpty();
      for (var owner : owners) {
        orphan &= !uids.contains(owner.path("uid").asText());
      }
      if (orphan && !entry.object().path("metadata").has("deletionTimestamp")) {
        var key = Store.key(entry.object());
        if (isScheduledPod(entry.object())) {
          terminate(key, entry.object());
        } else {
          store.delete(key);
        }
        any = true;
      }
    }
    return any;
  }
}

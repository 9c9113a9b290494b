package dev.cachecluster.operator.mockapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.zjsonpatch.JsonPatch;
import java.util.List;
import java.util.Optional;

/** What POST, PUT, PATCH and DELETE do to objects. */
final class Writes {
  private final Store store;

  Writes(Store store) {
    this.store = store;
  }

  ApiReply create(Address to, ApiRequest request) throws ApiError {
    var object = request.object();
    var metadata = object.withObject("/metadata");
    var name = metadata.path("name").asText("");
    if (name.isEmpty() && metadata.hasNonNull("generateName")) {
      name = metadata.path("generateName").asText() + store.suffix();
    }
    if (name.isEmpty()) {
      throw new ApiError(
          422, "Invalid", "metadata.name: Required value: name or generateName is required");
    }
    if (metadata.hasNonNull("resourceVersion")
        && !metadata.path("resourceVersion").asText().isEmpty()) {
      throw new ApiError(500, "", "resourceVersion should not be set on objects to be created");
    }
    var key = new Key(to.kind(), to.namespace(), name);
    if (store.find(key).isPresent()) {
      throw new ApiError(
          409, "AlreadyExists", to.kind().plural() + " \"" + name + "\" already exists");
    }
    if (to.kind().status()) {
      object.remove("status");
    }
    var ownership = new Ownership();
    ownership.updated(ApiRequest.JSON.createObjectNode(), object, request.manager());
    return ApiReply.of(201, store.create(key, object, ownership));
  }

  ApiReply replace(Address to, ApiRequest request) throws ApiError {
    var object = request.object();
    var found = store.find(to.key());
    if (found.isEmpty()) {
      if (to.kind().equals(Kind.LEASE)) {
        return create(new Address(to.kind(), to.namespace(), "", ""), request);
      }
      throw ApiError.notFound(to.key());
    }
    checkVersion(to.key(), found.get().object(), object);
    return change(to, request, found.get(), object);
  }

  ApiReply patch(Address to, ApiRequest request) throws ApiError {
    if (request.isApply()) {
      return apply(to, request);
    }
    var entry = store.get(to.key());
    var object = entry.object().deepCopy();
    try {
      var patch = ApiRequest.JSON.readTree(request.body());
      switch (request.contentType().replaceAll(";.*", "")) {
        case "application/json-patch+json" -> {
          if (!(JsonPatch.apply(patch, object) instanceof ObjectNode patched)) {
            throw new ApiError(422, "Invalid", "the patch leaves no object");
          }
          object = patched;
        }
        case "application/merge-patch+json" -> mergePatch(object, patch);
        default ->
            throw new ApiError(
                415,
                "UnsupportedMediaType",
                "this API knows no patch of type " + request.contentType());
      }
    } catch (JsonProcessingException e) {
      throw new ApiError(400, "BadRequest", "the patch is not JSON: " + e.getOriginalMessage());
    }
    checkVersion(to.key(), entry.object(), object);
    return change(to, request, entry, object);
  }

  private static void mergePatch(ObjectNode object, JsonNode patch) {
    patch
        .properties()
        .forEach(
            entry -> {
              if (entry.getValue().isNull()) {
                object.remove(entry.getKey());
              } else if (entry.getValue().isObject()) {
                mergePatch(
                    object.path(entry.getKey()) instanceof ObjectNode standing
                        ? standing
                        : object.putObject(entry.getKey()),
                    entry.getValue());
              } else {
                object.set(entry.getKey(), entry.getValue());
              }
            });
  }

  private ApiReply change(Address to, ApiRequest request, Store.Entry entry, ObjectNode wanted)
      throws ApiError {
    var object = entry.object().deepCopy();
    var status = wanted.get("status");
    if (to.isStatus()) {
      object.remove("status");
      if (status != null) {
        object.set("status", status);
      }
    } else {
      var metadata = wanted.withObject("/metadata");
      for (var field :
          List.of(
              "uid", "creationTimestamp", "generation", "deletionTimestamp", "namespace", "name")) {
        metadata.remove(field);
        if (object.path("metadata").has(field)) {
          metadata.set(field, object.path("metadata").get(field));
        }
      }
      if (to.kind().status()) {
        wanted.remove("status");
        if (object.has("status")) {
          wanted.set("status", object.get("status"));
        }
      }
      object = wanted;
    }
    object
        .withObject("/metadata")
        .set("resourceVersion", entry.object().path("metadata").get("resourceVersion"));
    var ownership = entry.ownership().copy();
    ownership.updated(entry.object(), object, manager(to, request));
    return stored(to, object, ownership, 200);
  }

  private static String manager(Address to, ApiRequest request) {
    return request.manager() + (to.isStatus() ? "@status" : "");
  }

  private ApiReply apply(Address to, ApiRequest request) throws ApiError {
    var intent = request.object();
    if (request.query().getOrDefault("fieldManager", "").isEmpty()) {
      throw new ApiError(
          422,
          "Invalid",
          "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch");
    }
    var metadata = intent.withObject("/metadata");
    if (!metadata.path("managedFields").isEmpty()) {
      throw new ApiError(400, "BadRequest", "metadata.managedFields must be nil");
    }
    var found = store.find(to.key());
    if (found.isEmpty() && to.isStatus()) {
      throw ApiError.notFound(to.key());
    }
    // The status of a custom resource is written with the metadata that stands, whatever the intent
    // says.
    if (!(to.isStatus() && to.kind().equals(Kind.CACHE_CLUSTER))) {
      checkUid(to.key(), found, metadata.path("uid").asText(""));
    }
    if (found.isPresent()) {
      checkVersion(to.key(), found.get().object(), intent);
    }
    var object =
        found.map(entry -> entry.object().deepCopy()).orElseGet(ApiRequest.JSON::createObjectNode);
    var ownership = found.map(entry -> entry.ownership().copy()).orElseGet(Ownership::new);
    var part = part(to, intent);
    var conflict =
        ownership.apply(
            object,
            part,
            manager(to, request),
            request.query().getOrDefault("force", "false").equals("true"));
    if (conflict.isPresent()) {
      throw new ApiError(409, "Conflict", conflict.get());
    }
    dropEmpty(object);
    if (found.isEmpty()) {
      return ApiReply.of(201, store.create(to.key(), object, ownership));
    }
    return stored(to, object, ownership, 200);
  }

  /** The API server stores no empty maps here; who applies one owns something that is not there. */
  private static void dropEmpty(ObjectNode object) {
    if (object.path("data").isEmpty()) {
      object.remove("data");
    }
    if (object.get("metadata") instanceof ObjectNode metadata) {
      for (var field : List.of("labels", "annotations", "finalizers", "ownerReferences")) {
        if (metadata.path(field).isEmpty()) {
          metadata.remove(field);
        }
      }
    }
  }

  /**
   * Through the status subresource only the status is written, and through the object all but it.
   */
  private static ObjectNode part(Address to, ObjectNode intent) {
    var part = ApiRequest.JSON.createObjectNode();
    if (to.isStatus()) {
      Optional.ofNullable(intent.get("status")).ifPresent(status -> part.set("status", status));
      return part;
    }
    part.setAll(intent);
    part.set(
        "metadata",
        intent
            .withObject("/metadata")
            .deepCopy()
            .without(List.of("uid", "resourceVersion", "creationTimestamp")));
    if (to.kind().status()) {
      part.remove("status");
    }
    return part;
  }

  private ApiReply stored(Address to, ObjectNode object, Ownership ownership, int code)
      throws ApiError {
    checkImmutable(to.key(), store.get(to.key()).object(), object);
    var metadata = object.withObject("/metadata");
    if (metadata.has("deletionTimestamp")
        && metadata.path("finalizers").isEmpty()
        && !to.kind().equals(Kind.POD)) {
      store.delete(to.key());
      return ApiReply.of(code, object);
    }
    return ApiReply.of(code, store.update(to.key(), object, ownership));
  }

  /** A uid of nothing is a conflict; that of another object is an attempt to change it. */
  private static void checkUid(Key key, Optional<Store.Entry> found, String uid) throws ApiError {
    if (uid.isEmpty()) {
      return;
    }
    if (found.isEmpty()) {
      throw ApiError.conflict(
          key,
          "uid mismatch: the provided object specified uid "
              + uid
              + ", and no existing object was found");
    }
    if (!uid.equals(found.get().object().path("metadata").path("uid").asText())) {
      throw new ApiError(
          422,
          "Invalid",
          key.kind().name()
              + " \""
              + key.name()
              + "\" is invalid: metadata.uid: Invalid value: \""
              + uid
              + "\": field is immutable");
    }
  }

  /** A Secret or ConfigMap that says so keeps its content until it is deleted. */
  private static void checkImmutable(Key key, ObjectNode standing, ObjectNode wanted)
      throws ApiError {
    if (!standing.path("immutable").asBoolean()) {
      return;
    }
    for (var field : List.of("data", "immutable")) {
      if (!standing.path(field).equals(wanted.path(field))) {
        throw new ApiError(
            422,
            "Invalid",
            key.kind().name()
                + " \""
                + key.name()
                + "\" is invalid: "
                + field
                + ": Forbidden: field is immutable when `immutable` is set");
      }
    }
  }

  private static void checkVersion(Key key, ObjectNode standing, ObjectNode wanted)
      throws ApiError {
    var version = wanted.path("metadata").path("resourceVersion").asText("");
    if (!version.isEmpty()
        && !version.equals(standing.path("metadata").path("resourceVersion").asText())) {
      throw ApiError.conflict(
          key,
          "the object has been modified; please apply your changes to the latest version and try again");
    }
  }
}

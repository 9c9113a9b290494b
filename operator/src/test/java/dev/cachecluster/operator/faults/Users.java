package dev.cachecluster.operator.faults;

import dev.cachecluster.api.v1alpha1.CacheUser;
import dev.cachecluster.api.v1alpha1.HandledStatus;
import dev.cachecluster.api.v1alpha1.RotationStage;
import dev.cachecluster.operator.acl.AclListing;
import dev.cachecluster.operator.acl.ServerUser;
import dev.cachecluster.operator.mockapi.ApiRequest;
import dev.cachecluster.operator.mockapi.Kind;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The applications of a world. */
final class Users {
  private static final String PATH =
      "/apis/cachecluster.dev/v1alpha1/namespaces/" + World.NAMESPACE + "/cacheusers";

  private final World world;

  Users(World world) {
    this.world = world;
  }

  void create(String name) {
    create(name, "{\"matchLabels\": {\"app\": \"" + name + "\"}}");
  }

  void create(String name, String podSelector) {
    var object =
        """
        {"apiVersion": "cachecluster.dev/v1alpha1", "kind": "CacheUser", "metadata": {"name": "%s"},
         "spec": {"clusterRef": {"name": "%s"}, "keys": ["%s:*"], "access": {"type": "ReadWrite"},
                  "podSelector": %s, "rotation": {"grace": "10s"}}}
        """
            .formatted(name, World.NAME, name, podSelector);
    var reply = world.api.handle(ApiRequest.of("POST", PATH, "", "application/json", object));
    if (reply.code() != 201) {
      throw new IllegalStateException(reply.body());
    }
  }

  void annotate(String name, String key, String value) {
    world.api.change(
        Kind.CACHE_USER,
        World.NAMESPACE,
        name,
        object -> object.withObject("/metadata/annotations").put(key, value));
  }

  void delete(String name) {
    world.api.handle(ApiRequest.of("DELETE", PATH + "/" + name, "", "", ""));
  }

  /** All are bound, every token is handled, and no server has anything left of a rotation. */
  boolean areSettled() {
    return world.view.users().stream().allMatch(Users::isBound)
        && world.servers.running().stream().allMatch(Users::hasOneOfEach);
  }

  private static boolean isBound(CacheUser user) {
    var status = user.getStatus();
    return user.getMetadata().getDeletionTimestamp() == null
        && status != null
        && status.conditions() != null
        && status.rotation() != null
        && status.rotation().stage() == RotationStage.IDLE
        && status.conditions().stream()
            .anyMatch(each -> each.getType().equals("Ready") && each.getStatus().equals("True"))
        && isHandled(user, status.lastHandled());
  }

  private static boolean isHandled(CacheUser user, @Nullable HandledStatus handled) {
    var done = Optional.ofNullable(handled);
    return user.token(CacheUser.ROTATE).equals(done.map(HandledStatus::rotate))
        && user.token(CacheUser.REVOKE).equals(done.map(HandledStatus::revoke));
  }

  private static boolean hasOneOfEach(FakeServer server) {
    var names =
        AclListing.of(server.accessList.lines().toList()).users().keySet().stream()
            .flatMap(name -> ServerUser.parse(name).stream())
            .map(who -> who.namespace() + "/" + who.name())
            .toList();
    return names.size() == Set.copyOf(names).size();
  }
}

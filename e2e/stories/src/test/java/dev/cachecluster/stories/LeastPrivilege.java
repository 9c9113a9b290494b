package dev.cachecluster.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.stories.rig.AuditLog;
import dev.cachecluster.stories.rig.Grants;
import dev.cachecluster.stories.rig.Story;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * The operator may do what it does, and no more. This story judges what all the others made it do,
 * so it comes last, and alone it proves little.
 *
 * <ol>
 *   <li>read the whole audit log → no request of the operator's account was refused for want of a
 *       right
 *   <li>compare the verbs it used with manifests/base/rbac.yaml → each is granted there
 *   <li>compare the other way round → each that is granted was used, but for those listed here with
 *       the reason
 * </ol>
 */
@Order(100)
@Isolated("It judges all the others.")
class LeastPrivilege {
  /** Granted, and not used in the ordinary course of things. */
  private static final Map<String, String> MAY_STAY_UNUSED =
      Map.of(
          "update cachecluster.dev/cacheclusters/finalizers",
          "the right that owner references with blockOwnerDeletion need; it is checked, never used",
          "update cachecluster.dev/cacheusers/finalizers",
          "the same, for bindings",
          "update coordination.k8s.io/leases",
          "the framework asks for it at start and does not begin without it",
          "create cert-manager.io/certificates",
          "a server-side apply that creates needs it beside patch, and the log has only that");

  /** Granted by Kubernetes itself to every account (ClusterRole system:basic-user). */
  private static final Set<String> EVERYBODYS =
      Set.of(
          "create authorization.k8s.io/selfsubjectaccessreviews",
          "create authorization.k8s.io/selfsubjectrulesreviews",
          "create authentication.k8s.io/selfsubjectreviews");

  @RegisterExtension final Story story = new Story();

  @Test
  void story() {
    var requests =
        new AuditLog(story.rig().auditLog())
            .since(Instant.EPOCH).stream().filter(AuditLog.Request::isOperators).toList();
    assertThat(requests).as("requests of the operator in the audit log").hasSizeGreaterThan(100);

    story.step(1, "nothing was refused");
    assertThat(
            requests.stream()
                .filter(request -> !request.allowed())
                .map(LeastPrivilege::right)
                .distinct())
        .as("rights that it wanted and does not have")
        .isEmpty();

    story.step(2, "what it used is granted");
    var used = new TreeSet<String>();
    for (var request : requests) {
      used.add(right(request));
      if (request.created()) {
        used.add(Grants.right("create", request.group(), request.resource()));
      }
    }
    var granted = Grants.ofManifests();
    var missing = new TreeSet<>(used);
    missing.removeAll(granted);
    missing.removeAll(EVERYBODYS);
    assertThat(missing).as("rights used that manifests/base/rbac.yaml does not grant").isEmpty();

    story.step(3, "what is granted was used");
    var unused = new TreeSet<>(granted);
    unused.removeAll(used);
    unused.removeAll(MAY_STAY_UNUSED.keySet());
    story.tell(used.size() + " rights used, " + granted.size() + " granted");
    assertThat(unused).as("rights that manifests/base/rbac.yaml grants for nothing").isEmpty();
  }

  private static String right(AuditLog.Request request) {
    return Grants.right(request.verb(), request.group(), request.resource());
  }
}

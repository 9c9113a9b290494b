package dev.cachecluster.operator.plan;

import dev.cachecluster.api.v1alpha1.CacheClusterSpec;
import dev.cachecluster.operator.acl.AclChange;
import dev.cachecluster.operator.desired.LeafRequest;
import dev.cachecluster.operator.engine.MemberAddress;
import dev.cachecluster.operator.observed.Isolation;
import dev.cachecluster.operator.observed.Lineage;
import dev.cachecluster.operator.observed.NetworkProof;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** One thing to do. An action is a value: it prints, and doing it is the apply package's matter. */
public sealed interface Action {
  /** One line, without secrets. */
  String describe();

  /**
   * Makes the cluster's first authority; never replaces one.
   *
   * @param token that stands already, and asks for nothing more
   */
  record IssueAuthority(String secret, Optional<String> token) implements Action {
    @Override
    public String describe() {
      return "issue authority " + secret;
    }
  }

  /** One step of the rotation of the authority: one write, over the version that was judged. */
  record RotateAuthority(String secret, AuthorityStep step, String why) implements Action {
    @Override
    public String describe() {
      return step.text() + secret + " (" + why + ")";
    }
  }

  /** Puts what is to be trusted beside a certificate that stays as it is. */
  record PublishTrust(String secret) implements Action {
    @Override
    public String describe() {
      return "publish what is trusted in " + secret;
    }
  }

  /** One step towards another servers' certificate. */
  record ChangeServerCertificate(String secret, ForeignStep step, String why) implements Action {
    @Override
    public String describe() {
      return step.text() + " (" + why + ")";
    }
  }

  /** Makes the passwords; never replaces any. */
  record CreateAccounts(String secret) implements Action {
    @Override
    public String describe() {
      return "create accounts " + secret;
    }
  }

  /** Writes again the passwords that the servers know. */
  record RestoreAccounts(String secret) implements Action {
    @Override
    public String describe() {
      return "restore accounts " + secret + " (lost or changed)";
    }
  }

  /** Issues a certificate, or a newer one in its place. */
  record IssueLeaf(LeafRequest request, String why) implements Action {
    @Override
    public String describe() {
      return "issue certificate " + request.secretName() + " (" + why + ")";
    }
  }

  /** Brings one object to what is desired. */
  record Apply(HasMetadata object, Change change) implements Action {
    @Override
    public String describe() {
      return "apply "
          + object.getKind()
          + "/"
          + object.getMetadata().getName()
          + " ("
          + change.text()
          + ")";
    }
  }

  /** Why an object is applied. */
  enum Change {
    MISSING("missing"),
    CHANGED("changed"),
    DRIFTED("drifted");

    private final String text;

    Change(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }
  }

  /** Deletes an object of this cluster, this very version of it. */
  record Remove(HasMetadata object, String why) implements Action {
    @Override
    public String describe() {
      return "remove " + object.getKind() + "/" + object.getMetadata().getName() + " (" + why + ")";
    }
  }

  /**
   * Starts what is missing of the two pods of the probe.
   *
   * @param run when the run began
   * @param subject what it is to prove
   */
  record StartProbe(List<Pod> pods, Instant run, String subject, String why) implements Action {
    @Override
    public String describe() {
      return "start " + names(pods) + " (" + why + ")";
    }
  }

  /**
   * Takes note of what the probe found; the status tells it, and its pods are not needed from then
   * on.
   *
   * @param alarm what is told to people, if it is bad news that they have not had
   */
  record JudgeProbe(NetworkProof proof, Optional<String> alarm) implements Action {
    @Override
    public String describe() {
      return "judge the probe ("
          + switch (proof.verdict()) {
            case Isolation.Isolated _ -> "isolated";
            case Isolation.NotEnforced _ -> "not enforced";
            case Isolation.NotRun _ -> "it did not run";
          }
          + ")";
    }
  }

  /** Deletes pods of the probe, these very versions of them. */
  record EndProbe(List<Pod> pods, String why) implements Action {
    @Override
    public String describe() {
      return "end " + names(pods) + " (" + why + ")";
    }
  }

  private static String names(List<Pod> pods) {
    return pods.stream().map(pod -> pod.getMetadata().getName()).collect(Collectors.joining(", "));
  }

  /** Writes down who leads and which spec was last good. */
  record RecordState(Optional<Lineage> lineage, CacheClusterSpec spec, String image, String why)
      implements Action {
    @Override
    public String describe() {
      return "record "
          + lineage
              .map(line -> "lineage term " + line.term() + " primary " + line.primary())
              .orElse("spec")
          + " ("
          + why
          + ")";
    }
  }

  /** Makes a member the primary; the lineage that names it was recorded before. */
  record Promote(MemberAddress member, int fence, Service service, Reason reason, String why)
      implements Action {
    @Override
    public String describe() {
      return "promote " + member.member() + " (" + why + ")";
    }
  }

  /**
   * Makes a member follow the primary.
   *
   * @param divergent what it would lose, if it wrote something that the primary does not have
   */
  record Follow(MemberAddress member, String primary, String host, Optional<String> divergent)
      implements Action {
    @Override
    public String describe() {
      return member.member()
          + " follows "
          + primary
          + divergent.map(loss -> " (loses " + loss + ")").orElse("");
    }
  }

  /**
   * Takes a replica away from a leader that is out of reach and about to be replaced: should the
   * two hear each other again, that one's fence must not open.
   */
  record Detach(MemberAddress member, String from) implements Action {
    @Override
    public String describe() {
      return member.member() + " leaves " + from;
    }
  }

  /**
   * Moves the primary to a replica while both live.
   *
   * @param others the other replicas that answer; they are told to follow the new primary
   * @param streaming how many replicas, the new primary included, the old one feeds now
   */
  record HandOver(
      MemberAddress from,
      MemberAddress to,
      String toHost,
      List<MemberAddress> others,
      int streaming,
      Service service,
      String why)
      implements Action {
    @Override
    public String describe() {
      return "hand over " + from.member() + " to " + to.member() + " (" + why + ")";
    }
  }

  /** Gives a server the users that it should have, and takes those that it should not. */
  record SetAccess(MemberAddress member, AclChange change) implements Action {
    /** More steps than this are counted, not named. */
    private static final int NAMED = 3;

    @Override
    public String describe() {
      return member.member()
          + " takes access: "
          + (change.steps().size() > NAMED
              ? change.steps().size() + " steps"
              : change.steps().stream().map(Object::toString).collect(Collectors.joining(", ")));
    }
  }

  /** Changes settings of a running server. */
  record Configure(MemberAddress member, Map<String, String> settings) implements Action {
    @Override
    public String describe() {
      return member.member() + " takes " + new TreeMap<>(settings);
    }
  }

  /**
   * Has a server read its certificate, and whom it trusts, again, once the kubelet has put the new
   * files in place.
   *
   * @param files a digest of what it is to read
   * @param marker the list of whom to trust, if its name says what is read
   */
  record ReloadCertificate(MemberAddress member, String pod, String files, Optional<String> marker)
      implements Action {
    @Override
    public String describe() {
      return member.member() + " reads its certificate";
    }
  }

  /** Labels a pod with its role, and opens or closes its gate. */
  record Admit(String pod, String uid, Optional<String> role, boolean open) implements Action {
    @Override
    public String describe() {
      return (open ? "open " : "close ") + pod + role.map(name -> " as " + name).orElse("");
    }
  }

  /** Gives a member its new template and ends its pod, this very version of it. */
  record Restart(
      String member, StatefulSet workload, String podUid, String podVersion, RestartReason reason)
      implements Action {
    @Override
    public String describe() {
      return "restart " + member + " because " + reason.text();
    }
  }
}

package dev.cachecluster.operator.plan;

import dev.cachecluster.api.v1alpha1.CacheClusterSpec;
import dev.cachecluster.operator.acl.AclChange;
import dev.cachecluster.operator.desired.LeafRequest;
import dev.cachecluster.operator.engine.LineMark;
import dev.cachecluster.operator.engine.MemberAddress;
import dev.cachecluster.operator.observed.Lineage;
import dev.cachecluster.operator.observed.ObjectKey;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
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
      return "apply " + ObjectKey.of(object) + " (" + change.text() + ")";
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

  /**
   * Makes or changes the claim of a member's volume.
   *
   * @param owned whether it goes with the cluster
   */
  record Claim(PersistentVolumeClaim claim, boolean owned, String why) implements Action {
    @Override
    public String describe() {
      return "claim " + claim.getMetadata().getName() + " (" + why + ")";
    }
  }

  /** Has the kubelet look at a pod's volume, which has become larger below its file system. */
  record LookAtVolume(String pod, String uid, String size) implements Action {
    @Override
    public String describe() {
      return "have the volume of " + pod + " looked at, which has " + size;
    }
  }

  /** Deletes an object of this cluster, this very version of it. */
  record Remove(HasMetadata object, String why) implements Action {
    @Override
    public String describe() {
      return "remove " + ObjectKey.of(object) + " (" + why + ")";
    }
  }

  /** One step of a run of the probe of the network. */
  record Probe(ProbeStep step) implements Action {
    @Override
    public String describe() {
      return step.describe();
    }
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

  /**
   * Makes a member the primary; the lineage that names it was recorded before.
   *
   * @param mark what its data is to say of itself, if it is kept
   */
  record Promote(
      MemberAddress member,
      int fence,
      Service service,
      Optional<LineMark> mark,
      Reason reason,
      String why)
      implements Action {
    @Override
    public String describe() {
      return "promote " + member.member() + " (" + why + ")";
    }
  }

  /**
   * Has a primary's data say which line it is.
   *
   * @param fence of how many replicas, which it has from then on
   */
  record Mark(MemberAddress member, LineMark mark, int fence) implements Action {
    @Override
    public String describe() {
      return member.member() + " marks its data with term " + mark.term();
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
   * @param mark what the new primary's data is to say of itself, if it is kept
   */
  record HandOver(
      MemberAddress from,
      MemberAddress to,
      String toHost,
      List<MemberAddress> others,
      int streaming,
      Service service,
      Optional<LineMark> mark,
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

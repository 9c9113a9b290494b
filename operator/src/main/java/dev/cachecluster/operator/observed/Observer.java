package dev.cachecluster.operator.observed;

import dev.cachecluster.operator.desired.Grant;
import dev.cachecluster.operator.desired.Grants;
import dev.cachecluster.operator.desired.Identities;
import dev.cachecluster.operator.desired.Labels;
import dev.cachecluster.operator.desired.Names;
import dev.cachecluster.operator.engine.EngineAdmin;
import dev.cachecluster.operator.pki.AuthorityRotation;
import dev.cachecluster.operator.pki.RotationFacts;
import dev.cachecluster.operator.pki.TrustBundle;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The edge that reads the world: the API's caches, the API itself where it matters, and the
 * servers.
 */
public final class Observer {
  private final Names names;
  private final ClusterReader reader;
  private final Memory memory;
  private final Clock clock;
  private final SecureRandom random;

  public Observer(
      Names names, ClusterReader reader, Memory memory, Clock clock, SecureRandom random) {
    this.names = names;
    this.reader = reader;
    this.memory = memory;
    this.clock = clock;
    this.random = random;
  }

  /**
   * Reads the API.
   *
   * @param overlay lays what was written a moment ago over what the caches say
   */
  public ApiView api(String clusterUid, UnaryOperator<Map<ObjectKey, HasMetadata>> overlay) {
    var pods = new HashMap<String, Pod>();
    var cached = new HashMap<ObjectKey, HasMetadata>();
    for (var object : reader.cached()) {
      // A member's pod is its StatefulSet's; what the cluster itself owns is no member, pod or not.
      if (ownedBy(object, clusterUid) || isClaim(object)) {
        cached.put(ObjectKey.of(object), object);
      } else if (object instanceof Pod pod) {
        pods.put(pod.getMetadata().getName(), pod);
      }
    }
    var children = new HashMap<>(overlay.apply(cached));
    var key = new ObjectKey("ConfigMap", names.stateConfigMap());
    if (!children.containsKey(key)) {
      // That there is no record is never taken from a cache.
      reader
          .liveConfigMap(names.stateConfigMap())
          .filter(live -> ownedBy(live, clusterUid))
          .ifPresent(live -> children.put(key, live));
    }
    var before = memory.read(children, pods);
    if (before.isPresent()) {
      return before.get();
    }
    var view = view(children, pods);
    memory.read(view);
    return view;
  }

  /** Takes most of a pass: keys are tried on certificates, and certificates are read. */
  private ApiView view(Map<ObjectKey, HasMetadata> children, Map<String, Pod> pods) {
    var authority = AuthorityReading.of(children, names, random);
    var foreign = ForeignReading.of(children, names, authority.files().values(), random);
    var passwords =
        PasswordReading.of(
            Optional.ofNullable(children.get(new ObjectKey("Secret", names.accountsSecret()))),
            memory.accepted());
    return new ApiView(
        Map.copyOf(children),
        Map.copyOf(pods),
        StateRecord.read(
            Optional.ofNullable(children.get(new ObjectKey("ConfigMap", names.stateConfigMap())))),
        authority,
        foreign,
        passwords.state(),
        identities(authority, foreign, passwords),
        children.values().stream()
            .filter(GrantSecret::isOne)
            .flatMap(object -> GrantSecret.read(object).stream())
            .sorted(Comparator.comparing(Grant::user))
            .toList());
  }

  /** A claim that is to outlive its cluster is owned by nobody; its labels say whose it is. */
  private boolean isClaim(HasMetadata object) {
    var labels = object.getMetadata().getLabels();
    return object instanceof PersistentVolumeClaim
        && labels != null
        && names.cluster().equals(labels.get(Labels.CLUSTER));
  }

  private static boolean ownedBy(HasMetadata object, String uid) {
    var owners = object.getMetadata().getOwnerReferences();
    return owners != null && owners.stream().anyMatch(owner -> uid.equals(owner.getUid()));
  }

  private static Optional<Identities> identities(
      AuthorityReading authority, ForeignReading foreign, PasswordReading passwords) {
    var trusted = authority.operatorTrusts(foreign.all()).text();
    return passwords
        .known()
        .filter(_ -> authority.state().isPresent())
        .map(known -> new Identities(trusted, known.operator(), known.replication()));
  }

  /**
   * Asks the servers and puts both halves together.
   *
   * @param engine empty while the operator has no identity towards the servers yet
   */
  public ObservedState servers(
      String clusterUid, ApiView api, Question question, Optional<EngineAdmin> engine) {
    var now = clock.instant();
    var bindings = memory.bindings(question.bindings(), question.users(), now);
    var trust = new TrustReading(memory, clock, random, api.authority().state());
    var members = new ArrayList<ObservedMember>();
    var reading = new MemberReading(names, reader, memory, clock, api, question);
    for (var name : memberNames(api, question.members())) {
      members.add(reading.of(name, engine, trust));
    }
    if (members.stream().anyMatch(member -> member.view().isPresent())) {
      api.identities().map(Identities::passwords).ifPresent(memory::accepted);
    }
    var parties = api.authority().parties(names, members, bindings, api.foreign().all());
    engine.ifPresent(
        port ->
            port.retain(members.stream().flatMap(member -> member.address().stream()).toList()));
    return new ObservedState(
        now,
        clusterUid,
        api.children(),
        api.state().lineage(),
        api.state().spec(),
        api.identities(),
        api.authority()
            .observed(now, api.grants(), parties, api.foreign().all(), question.rotate()),
        foreign(api, question, parties, now),
        question.rotate(),
        api.accounts(),
        api.authority().leaves(),
        api.authority().published(),
        api.authority().files(),
        List.copyOf(members),
        new StorageReading(reader, memory).of(question.persistence(), api.children().values(), now),
        question.network(),
        members.stream()
            .collect(
                Collectors.toMap(ObservedMember::name, member -> memory.lastSeen(member.name()))));
  }

  /** What is used of somebody else's certificates, and what is offered. */
  private ObservedForeign foreign(
      ApiView api, Question question, List<RotationFacts.Party> parties, Instant now) {
    var seen =
        new OfferReading(reader, memory, random)
            .of(
                question.serverCertificate(),
                question.serverHosts(),
                api.authority().operatorTrusts(TrustBundle.NONE).fingerprints(),
                now);
    return new ObservedForeign(
        api.foreign().state(),
        api.foreign().version(),
        seen.offer(),
        seen.request(),
        AuthorityRotation.withGrace(Grants.longestGrace(api.grants())),
        new RotationFacts(now, parties));
  }

  private static List<String> memberNames(ApiView api, Set<String> wanted) {
    var all = new LinkedHashSet<>(wanted);
    api.children().keySet().stream()
        .filter(key -> key.kind().equals("StatefulSet"))
        .map(ObjectKey::name)
        .forEach(all::add);
    return all.stream().sorted(Comparator.naturalOrder()).toList();
  }
}

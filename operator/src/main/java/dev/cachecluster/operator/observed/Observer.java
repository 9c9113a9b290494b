package dev.cachecluster.operator.observed;

import dev.cachecluster.operator.desired.Grant;
import dev.cachecluster.operator.desired.Identities;
import dev.cachecluster.operator.desired.Names;
import dev.cachecluster.operator.desired.UserKey;
import dev.cachecluster.operator.engine.Answer;
import dev.cachecluster.operator.engine.EngineAdmin;
import dev.cachecluster.operator.engine.MemberAddress;
import dev.cachecluster.operator.engine.PlaintextProbe;
import dev.cachecluster.operator.observed.ObservedMember.ProcessState;
import dev.cachecluster.operator.observed.ObservedPod.ContainerState;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import java.security.SecureRandom;
import java.time.Clock;
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
   * What the API says; the servers are asked in a second step, since who may ask stands in here.
   */
  public record ApiView(
      Map<ObjectKey, HasMetadata> children,
      Map<String, Pod> pods,
      StateRecord state,
      AuthorityReading authority,
      AccountsState accounts,
      Optional<Identities> identities,
      List<Grant> grants) {

    /** Whether a certificate and its key can be read there: what is damaged is not shown around. */
    public boolean hasCertificate(String secret) {
      return authority.leaves().containsKey(secret);
    }
  }

  /**
   * What a pass wants to know beside what the API has anyway.
   *
   * @param members the members of the spec; others that exist are looked at as well
   * @param settings the settings that are compared with the spec
   * @param rotate asks for a new authority, if it is new
   * @param bindings what the users' own passes saw of their bindings; one that is missing was not
   *     looked at yet
   * @param users whose bindings matter
   * @param network what was known of the network before
   */
  public record Question(
      Set<String> members,
      Set<String> settings,
      Optional<String> rotate,
      Map<UserKey, Optional<StandingBinding>> bindings,
      Set<UserKey> users,
      NetworkMemory network) {}

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
      if (ownedBy(object, clusterUid)) {
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
    var authority = AuthorityReading.of(children, names, random);
    var passwords =
        PasswordReading.of(
            Optional.ofNullable(children.get(new ObjectKey("Secret", names.accountsSecret()))),
            memory.accepted());
    return new ApiView(
        Map.copyOf(children),
        Map.copyOf(pods),
        StateRecord.read(Optional.ofNullable(children.get(key))),
        authority,
        passwords.state(),
        identities(authority, passwords),
        children.values().stream()
            .filter(GrantSecret::isOne)
            .flatMap(object -> GrantSecret.read(object).stream())
            .sorted(Comparator.comparing(Grant::user))
            .toList());
  }

  private static boolean ownedBy(HasMetadata object, String uid) {
    var owners = object.getMetadata().getOwnerReferences();
    return owners != null && owners.stream().anyMatch(owner -> uid.equals(owner.getUid()));
  }

  private Optional<Identities> identities(AuthorityReading authority, PasswordReading passwords) {
    return authority.state().isPresent()
        ? passwords
            .known()
            .map(
                known ->
                    new Identities(
                        authority.operatorTrusts().text(), known.operator(), known.replication()))
        : Optional.empty();
  }

  /**
   * Open sessions by server user, of all members together; empty if one of those that may serve
   * could not be asked.
   */
  public Optional<Map<String, Integer>> sessions(ObservedState world, EngineAdmin engine) {
    var all = new HashMap<String, Integer>();
    for (var member : world.members()) {
      if (member.ended()) {
        continue;
      }
      var answer = member.address().map(engine::sessions);
      if (answer.isEmpty()
          || !(answer.get() instanceof Answer.Ok<Map<String, Integer>>(var sessions))) {
        return Optional.empty();
      }
      sessions.forEach((user, count) -> all.merge(user, count, Integer::sum));
    }
    return Optional.of(all);
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
    for (var name : memberNames(api, question.members())) {
      members.add(member(name, api, engine, question.settings(), trust));
    }
    if (members.stream().anyMatch(member -> member.view().isPresent())) {
      api.identities().map(Identities::passwords).ifPresent(memory::accepted);
    }
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
        api.authority().observed(names, now, api.grants(), members, bindings, question.rotate()),
        question.rotate(),
        api.accounts(),
        api.authority().leaves(),
        api.authority().published(),
        List.copyOf(members),
        question.network(),
        members.stream()
            .collect(
                Collectors.toMap(ObservedMember::name, member -> memory.lastSeen(member.name()))));
  }

  private static List<String> memberNames(ApiView api, Set<String> wanted) {
    var all = new LinkedHashSet<>(wanted);
    api.children().keySet().stream()
        .filter(key -> key.kind().equals("StatefulSet"))
        .map(ObjectKey::name)
        .forEach(all::add);
    return all.stream().sorted(Comparator.naturalOrder()).toList();
  }

  private ObservedMember member(
      String name,
      ApiView api,
      Optional<EngineAdmin> engine,
      Set<String> settings,
      TrustReading trust) {
    var podName = names.pod(name);
    var cached = Optional.ofNullable(api.pods().get(podName)).map(PodReading::of);
    var address = cached.flatMap(pod -> address(name, pod));
    if (address.isPresent()
        && engine.isPresent()
        && cached.filter(ObservedPod::processEnded).isEmpty()) {
      var answer = engine.get().inspect(address.get(), settings);
      if (answer instanceof Answer.Ok<dev.cachecluster.operator.engine.ServerView>(var view)) {
        memory.heard(name, clock.instant());
        var shown = engine.get().tls(address.get()).ok();
        var files = api.authority().files(names.memberTlsSecret(name));
        var seen = trust.of(view.runId(), shown, files, address.get(), engine.get());
        return new ObservedMember(
            name,
            cached,
            address,
            new ProcessState.Answering(view),
            shown,
            plaintextClosed(view.runId(), address.get(), engine.get()),
            seen.trusts(),
            seen.acceptsNext());
      }
      return silent(name, podName, answer);
    }
    return silent(
        name, podName, new Answer.Unreachable<>(Answer.Cause.CONNECT, "its pod has no address"));
  }

  /**
   * No answer. What the API server says now, and not what a cache said, decides whether it ended.
   */
  private ObservedMember silent(String name, String podName, Answer<?> answer) {
    var live = reader.livePod(podName).map(PodReading::of);
    var address = live.flatMap(pod -> address(name, pod));
    ProcessState process;
    if (live.isEmpty()) {
      process = new ProcessState.Ended("its pod is gone");
    } else if (live.get().container()
        instanceof ContainerState.NotRunning(var reason, var _, var everRan)) {
      process =
          new ProcessState.Ended(
              everRan ? "its container ended" : "its container did not start (" + reason + ")");
    } else if (answer instanceof Answer.Refused<?>(var message)) {
      process = new ProcessState.Refusing(message);
    } else if (answer instanceof Answer.Unreachable<?>(var cause, var message)) {
      process = new ProcessState.Silent(cause, message);
    } else {
      process = new ProcessState.Silent(Answer.Cause.CONNECT, "not asked yet");
    }
    return new ObservedMember(
        name,
        live,
        address,
        process,
        Optional.empty(),
        Optional.empty(),
        Set.of(),
        Optional.empty());
  }

  private Optional<MemberAddress> address(String member, ObservedPod pod) {
    return pod.ip()
        .map(ip -> new MemberAddress(member, pod.uid(), ip, Names.PORT, names.host(member)));
  }

  private Optional<Boolean> plaintextClosed(
      String runId, MemberAddress address, EngineAdmin engine) {
    var known = memory.plaintextClosed(runId);
    if (known.isEmpty()) {
      engine
          .probePlaintext(address)
          .ok()
          .ifPresent(probe -> memory.plaintextClosed(runId, probe == PlaintextProbe.CLOSED));
    }
    return memory.plaintextClosed(runId);
  }
}

package dev.cachecluster.operator.observed;

import dev.cachecluster.operator.acl.AclListing;
import dev.cachecluster.operator.desired.DesiredState;
import dev.cachecluster.operator.desired.Names;
import dev.cachecluster.operator.desired.SampleCluster;
import dev.cachecluster.operator.desired.ServerConfig;
import dev.cachecluster.operator.engine.Answer;
import dev.cachecluster.operator.engine.History;
import dev.cachecluster.operator.engine.LineMark;
import dev.cachecluster.operator.engine.MemberAddress;
import dev.cachecluster.operator.engine.Role;
import dev.cachecluster.operator.engine.ServerView;
import dev.cachecluster.operator.engine.TlsEvidence;
import dev.cachecluster.operator.observed.ObservedMember.ProcessState;
import dev.cachecluster.operator.observed.ObservedPod.ContainerState;
import dev.cachecluster.operator.pki.KeyPairPem;
import dev.cachecluster.operator.pki.TrustBundle;
import dev.cachecluster.operator.volume.Verdict;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A member of a world for tests. What is not said is as it should be: the pod runs from the wanted
 * template, is let in if its role allows it, and the server has the wanted settings, access list
 * and certificate.
 */
public final class MemberSketch {
  /** The line of all marks. */
  public static final String LINE = "e".repeat(40);

  public static final History FRESH = new History("f".repeat(40), 0, "0".repeat(40), -1);

  private final DesiredState desired;
  private final String name;
  private Optional<Role> role = Optional.empty();
  private History history = FRESH;
  private Optional<ProcessState> noView = Optional.empty();
  private long keys = 100;
  private boolean loading;
  private final PodSketch pod = new PodSketch();
  private Optional<AclListing> acl = Optional.empty();
  private String fingerprint = "current";
  private boolean acceptsNext = true;
  private Optional<String> alsoTrusts = Optional.empty();
  private ObservedMark mark = new ObservedMark.Unknown();
  private boolean saves = true;
  private final Map<String, String> config = new TreeMap<>();

  public MemberSketch(DesiredState desired, String name) {
    this.desired = desired;
    this.name = name;
    config.putAll(desired.settings());
    config.put(ServerConfig.FENCE, Integer.toString(ServerConfig.fence(desired.replicas())));
    config.put("repl-ping-replica-period", "1");
  }

  public String name() {
    return name;
  }

  public MemberSketch leads(History own) {
    role = Optional.of(new Role.Primary(List.of()));
    history = own;
    return this;
  }

  public MemberSketch follows(String primary, History own) {
    return follows(primary, own, true, false, -1, 0);
  }

  /** It was told to follow another member, and has not heard of it for so long. */
  public MemberSketch followsDeaf(String primary, History own, long linkDownSeconds) {
    return follows(primary, own, false, false, linkDownSeconds, -1);
  }

  public MemberSketch follows(
      String primary,
      History own,
      boolean up,
      boolean syncing,
      long downSeconds,
      long lastIoSeconds) {
    return followsHost(desired.names().host(primary), own, up, syncing, downSeconds, lastIoSeconds);
  }

  private MemberSketch followsHost(
      String host, History own, boolean up, boolean syncing, long downSeconds, long lastIoSeconds) {
    role =
        Optional.of(
            new Role.Replica(
                host, Names.PORT, up, syncing, downSeconds, lastIoSeconds, own.offset()));
    history = own;
    return this;
  }

  /** Its process is new: it follows the placeholder and has nothing. */
  public MemberSketch onPlaceholder() {
    keys = 0;
    return onPlaceholder(FRESH);
  }

  public MemberSketch onPlaceholder(History own) {
    return followsHost(ServerConfig.PLACEHOLDER_HOST, own, false, false, -1, -1);
  }

  public MemberSketch silent() {
    noView = Optional.of(new ProcessState.Silent(Answer.Cause.TIMEOUT, "no answer in time"));
    return this;
  }

  public MemberSketch refusing() {
    noView = Optional.of(new ProcessState.Refusing("NOPERM"));
    return this;
  }

  /** Its pod is gone, and with it its process. */
  public MemberSketch gone() {
    noView = Optional.of(new ProcessState.Ended("its pod is gone"));
    pod.exists = false;
    return this;
  }

  public MemberSketch notRunning(String reason, boolean everRan) {
    pod.container = new ContainerState.NotRunning(reason, "", everRan);
    noView =
        Optional.of(
            new ProcessState.Ended(
                everRan ? "its container ended" : "its container did not start (" + reason + ")"));
    return this;
  }

  public MemberSketch unschedulable(String message) {
    pod.unschedulable = Optional.of(message);
    pod.ip = false;
    return notRunning("Pending", false);
  }

  public MemberSketch keys(long number) {
    keys = number;
    return this;
  }

  public MemberSketch loading() {
    loading = true;
    return this;
  }

  public MemberSketch deleting() {
    pod.deleting = true;
    return this;
  }

  public MemberSketch gate(boolean open) {
    pod.gate = Optional.of(open);
    return this;
  }

  public MemberSketch ready(boolean is) {
    pod.ready = Optional.of(is);
    return this;
  }

  public MemberSketch label(String roleLabel) {
    pod.label = Optional.of(roleLabel);
    return this;
  }

  public MemberSketch madeFrom(String specDigest) {
    pod.spec = Optional.of(specDigest);
    return this;
  }

  /** Its pod was made from the same spec by another version of the operator. */
  public MemberSketch template(String digest) {
    pod.template = Optional.of(digest);
    return this;
  }

  public MemberSketch otherAccess() {
    acl = Optional.of(SampleCluster.OTHER_ACCESS);
    return this;
  }

  public MemberSketch shows(String certificate) {
    fingerprint = certificate;
    return this;
  }

  public MemberSketch setting(String key, String value) {
    config.put(key, value);
    return this;
  }

  /** It was not told of the next authority yet: it lets none of its clients in. */
  public MemberSketch refusesNext() {
    acceptsNext = false;
    return this;
  }

  /** It still accepts clients of an authority beside those that it should. */
  public MemberSketch alsoTrusts(KeyPairPem authority) {
    alsoTrusts = Optional.of(SampleAuthorities.view(authority).fingerprint());
    return this;
  }

  ObservedMember build(TrustBundle published, Optional<KeyPairPem> next, ServerFiles files) {
    ForeignSketch.read(files, config);
    var shown = ForeignSketch.shown(files, fingerprint);
    var fresh =
        next.map(pair -> SampleAuthorities.view(pair).fingerprint())
            .filter(published.fingerprints()::contains);
    var trusts = new HashSet<>(published.fingerprints());
    alsoTrusts.ifPresent(trusts::add);
    if (!acceptsNext) {
      fresh.ifPresent(trusts::remove);
    }
    var view = noView.isPresent() ? Optional.<ServerView>empty() : role.map(this::view);
    var process =
        noView.orElseGet(
            () ->
                view.<ProcessState>map(ProcessState.Answering::new)
                    .orElseGet(() -> new ProcessState.Ended("its pod is gone")));
    var address =
        pod.exists && pod.ip && (view.isPresent() || !(process instanceof ProcessState.Ended))
            ? Optional.of(
                new MemberAddress(
                    name, "uid-" + name, "192.0.2.1", Names.PORT, desired.names().host(name)))
            : Optional.<MemberAddress>empty();
    return new ObservedMember(
        name,
        pod.exists && (view.isPresent() || noView.isPresent())
            ? Optional.of(
                pod.build(
                    desired,
                    name,
                    view.map(ServerView::role),
                    noView.filter(ProcessState.Silent.class::isInstance).isPresent()))
            : Optional.empty(),
        address,
        process,
        view.map(_ -> new TlsEvidence("TLSv1.3", "TLS_AES_256_GCM_SHA384", shown, WorldSketch.NOW)),
        view.map(_ -> true),
        view.isPresent() ? trusts : Set.of(),
        view.flatMap(_ -> fresh.map(_ -> acceptsNext)),
        view.isPresent() ? mark : new ObservedMark.Unknown());
  }

  /** What its data says that it is: {@code term of primary}, or nothing. */
  public MemberSketch marked(long term, String primary) {
    mark = new ObservedMark.Present(new LineMark(LINE, term, primary));
    return this;
  }

  public MemberSketch leaving(String why) {
    pod.leaving = Optional.of(why);
    return this;
  }

  public MemberSketch toldOfSize(String size) {
    pod.sized = Optional.of(size);
    return this;
  }

  public MemberSketch looked(Verdict verdict) {
    pod.looked = Optional.of(verdict);
    return this;
  }

  public MemberSketch cannotWrite() {
    saves = false;
    return this;
  }

  public MemberSketch unmarked() {
    mark = new ObservedMark.Absent();
    return this;
  }

  private ServerView view(Role is) {
    return new ServerView(
        "run-" + name,
        "8.1.1",
        is,
        history,
        loading,
        keys,
        1 << 20,
        0,
        0,
        saves,
        config,
        acl.orElseGet(() -> SampleCluster.wantedAccess(desired)),
        WorldSketch.NOW);
  }
}

package dev.cachecluster.operator.observed;

import dev.cachecluster.api.v1alpha1.CacheClusterSpec;
import dev.cachecluster.operator.desired.DesiredState;
import dev.cachecluster.operator.desired.Labels;
import dev.cachecluster.operator.desired.LeafRequest;
import dev.cachecluster.operator.desired.SampleCluster;
import dev.cachecluster.operator.pki.AuthorityRotation;
import dev.cachecluster.operator.pki.AuthorityState;
import dev.cachecluster.operator.pki.CertificateView;
import dev.cachecluster.operator.pki.KeyPairPem;
import dev.cachecluster.operator.pki.RotationFacts;
import dev.cachecluster.operator.pki.TrustBundle;
import dev.cachecluster.operator.plan.Drift;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A world for tests. What is not said is as the desired state has it: all objects exist, all
 * certificates are valid.
 */
public final class WorldSketch {
  public static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  public static final String IMAGE = "registry.example/cachecluster-operator:0.1.0";
  private static final Instant VALID_TO = Instant.parse("2026-03-01T00:00:00Z");

  private final Map<ObjectKey, HasMetadata> children = new HashMap<>();
  private final Map<String, CertificateView> leaves = new HashMap<>();
  private final Map<String, MemberSketch> members = new LinkedHashMap<>();
  private final Map<String, Instant> lastSeen = new HashMap<>();
  private Optional<Lineage> lineage = Optional.empty();
  private Optional<CacheClusterSpec> lastGood;
  private Optional<AuthorityState> authority =
      Optional.of(AuthorityState.steady(SampleAuthorities.OLD));
  private Optional<CertificateView> issuer = Optional.empty();
  private Optional<TrustBundle> beside = Optional.empty();
  private Optional<String> rotate = Optional.empty();
  private ForeignSketch foreign = ForeignSketch.NONE;
  private final DesiredState standing;
  private Optional<String> image = Optional.of(IMAGE);
  private Optional<Duration> probed = Optional.of(Duration.ofHours(1));
  private Isolation isolation = new Isolation.Isolated();
  private boolean accounts = true;
  private boolean identities = true;
  private ObservedStorage storage = ObservedStorage.NONE;

  public WorldSketch(DesiredState standing, CacheClusterSpec lastGood) {
    this.standing = standing;
    this.lastGood = Optional.of(lastGood);
    standing.objects().forEach(this::child);
    standing.leaves().forEach(leaf -> leaf(leaf, VALID_TO));
  }

  /** One like another, to be changed by itself. */
  public WorldSketch(WorldSketch like) {
    children.putAll(like.children);
    leaves.putAll(like.leaves);
    members.putAll(like.members);
    lastSeen.putAll(like.lastSeen);
    standing = like.standing;
    image = like.image;
    probed = like.probed;
    isolation = like.isolation;
    lineage = like.lineage;
    lastGood = like.lastGood;
    authority = like.authority;
    issuer = like.issuer;
    beside = like.beside;
    rotate = like.rotate;
    foreign = like.foreign;
    accounts = like.accounts;
    identities = like.identities;
    storage = like.storage;
  }

  /** An object as it stands, in place of the one that is desired. */
  public WorldSketch child(HasMetadata object) {
    return standing(Drift.marked(object));
  }

  /** The same, but somebody wrote it without the operator's mark. */
  public WorldSketch standing(HasMetadata object) {
    object.getMetadata().setResourceVersion("1");
    children.put(ObjectKey.of(object), object);
    return this;
  }

  public Optional<HasMetadata> child(ObjectKey key) {
    return Optional.ofNullable(children.get(key));
  }

  public WorldSketch without(ObjectKey key) {
    children.remove(key);
    leaves.remove(key.name());
    return this;
  }

  public WorldSketch leaf(LeafRequest leaf, Instant notAfter) {
    leaves.put(
        leaf.secretName(),
        new CertificateView(
            "CN=" + leaf.commonName(),
            "CN=test",
            NOW.minus(Duration.ofDays(1)),
            notAfter,
            leaf.hosts().stream().sorted().toList(),
            false,
            "current"));
    return standing(
        new SecretBuilder()
            .withNewMetadata()
            .withName(leaf.secretName())
            .withNamespace(SampleCluster.NAMES.namespace())
            .withLabels(Labels.of(SampleCluster.NAMES.cluster()))
            .endMetadata()
            .build());
  }

  /** The authorities, in the words of the stories. */
  public WorldSketch authority(String words) {
    authority = Optional.of(SampleAuthorities.state(words));
    return this;
  }

  /** Certificates are of this authority, and not of the one that issues now. */
  public WorldSketch issuedBy(KeyPairPem pair) {
    issuer = Optional.of(SampleAuthorities.view(pair));
    return this;
  }

  /** What lies beside certificates as what is to be trusted, if not all that should. */
  public WorldSketch trusted(List<KeyPairPem> pairs) {
    beside = Optional.of(TrustBundle.of(pairs.stream().map(KeyPairPem::certificatePem).toList()));
    return this;
  }

  /** The token that asks for a new authority. */
  public WorldSketch rotate(String token) {
    rotate = Optional.of(token);
    return this;
  }

  /** Where the data lies. */
  public WorldSketch storage(ObservedStorage seen) {
    storage = seen;
    return this;
  }

  public WorldSketch foreign(ForeignSketch sketch) {
    foreign = sketch;
    return this;
  }

  public WorldSketch lineage(Lineage line) {
    lineage = Optional.of(line);
    return this;
  }

  public WorldSketch lastGood(Optional<CacheClusterSpec> spec) {
    lastGood = spec;
    return this;
  }

  /** The probe ran so long ago and found this; an hour ago and all was well, if not said. */
  public WorldSketch probed(Duration ago, Isolation found) {
    probed = Optional.of(ago);
    isolation = found;
    return this;
  }

  /** The probe never ran. */
  public WorldSketch neverProbed() {
    probed = Optional.empty();
    return this;
  }

  /** The operator does not know its own image. */
  public WorldSketch withoutImage() {
    image = Optional.empty();
    return this;
  }

  /** What a run of the probe speaks of that looked at the world as it is by now. */
  public Optional<String> subject() {
    return NetworkProof.subject(standing, members());
  }

  private List<ObservedMember> members() {
    var files = foreign.files(standing.leaves());
    return members.values().stream()
        .sorted(Comparator.comparing(MemberSketch::name))
        .map(
            member ->
                member.build(
                    trust(),
                    authority.flatMap(AuthorityState::next),
                    files.getOrDefault(
                        SampleCluster.NAMES.memberTlsSecret(member.name()), ServerFiles.NONE)))
        .toList();
  }

  private TrustBundle trust() {
    return foreign.published(
        beside.orElseGet(
            () ->
                authority.map(state -> TrustBundle.of(state.trusted())).orElse(TrustBundle.NONE)));
  }

  /** Nothing exists but the CacheCluster itself. */
  public WorldSketch nothing() {
    children.clear();
    leaves.clear();
    authority = Optional.empty();
    accounts = false;
    identities = false;
    lastGood = Optional.empty();
    return this;
  }

  /** Authority, passwords and certificates exist, and no other object. */
  public WorldSketch onlyIdentities() {
    children.keySet().removeIf(key -> !leaves.containsKey(key.name()));
    return this;
  }

  public WorldSketch member(MemberSketch member) {
    members.put(member.name(), member);
    return this;
  }

  /** When this operator last heard a member; just now, if not said. */
  public WorldSketch heard(String member, Duration ago) {
    lastSeen.put(member, NOW.minus(ago));
    return this;
  }

  public ObservedState build() {
    var seen = new HashMap<String, Instant>();
    members.keySet().forEach(name -> seen.put(name, lastSeen.getOrDefault(name, NOW)));
    var trust = trust();
    var issued = new HashMap<String, CertificateView>();
    var published = new HashMap<String, TrustBundle>();
    leaves.forEach(
        (name, leaf) ->
            issued.put(
                name,
                SampleAuthorities.issuedBy(
                    issuer.or(() -> authority.map(state -> state.current().view())).orElseThrow(),
                    leaf)));
    leaves.keySet().forEach(name -> published.put(name, trust));
    var built = members();
    var files = foreign.files(standing.leaves());
    var parties =
        new Parties(SampleCluster.NAMES, issued, published, files, trust).of(built, Map.of());
    var issuers = foreign.published(TrustBundle.NONE).fingerprints();
    return new ObservedState(
        NOW,
        "uid-of-the-cluster",
        Map.copyOf(children),
        lineage,
        lastGood,
        identities ? Optional.of(SampleCluster.IDENTITIES) : Optional.empty(),
        authority.map(
            state ->
                new ObservedAuthority(
                    state,
                    Optional.of("1"),
                    List.of(),
                    AuthorityRotation.withGrace(Duration.ofMinutes(2)),
                    new RotationFacts(
                        NOW, parties.stream().map(party -> party.without(issuers)).toList()),
                    rotate)),
        foreign.observed(parties),
        rotate,
        accounts ? AccountsState.STAND : AccountsState.MISSING,
        issued,
        published,
        files,
        built,
        storage,
        new NetworkMemory(
            image,
            probed.flatMap(
                ago -> subject().map(what -> new NetworkProof(NOW.minus(ago), what, isolation)))),
        Map.copyOf(seen));
  }
}

package dev.cachecluster.operator.plan;

import dev.cachecluster.api.v1alpha1.AllowedNamespacesSpec;
import dev.cachecluster.api.v1alpha1.CacheUser;
import dev.cachecluster.api.v1alpha1.CacheUserSpec;
import dev.cachecluster.api.v1alpha1.ClusterAccessSpec;
import dev.cachecluster.api.v1alpha1.ClusterReference;
import dev.cachecluster.api.v1alpha1.EngineType;
import dev.cachecluster.api.v1alpha1.KeyPatterns;
import dev.cachecluster.api.v1alpha1.RotationSpec;
import dev.cachecluster.api.v1alpha1.SelectorSpec;
import dev.cachecluster.api.v1alpha1.UserAccessSpec;
import dev.cachecluster.api.v1alpha1.UserAccessType;
import dev.cachecluster.operator.acl.Secret;
import dev.cachecluster.operator.acl.ServerUser.Slot;
import dev.cachecluster.operator.desired.Binding;
import dev.cachecluster.operator.desired.Grant;
import dev.cachecluster.operator.desired.Grants;
import dev.cachecluster.operator.desired.Names;
import dev.cachecluster.operator.desired.UserKey;
import dev.cachecluster.operator.observed.ClusterReport;
import dev.cachecluster.operator.observed.GrantSecret;
import dev.cachecluster.operator.observed.ObservedUser;
import dev.cachecluster.operator.observed.UserFacts;
import dev.cachecluster.operator.pki.KeyPairPem;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The world around CacheUser shop/cart, for tests. What is not said is as in a good hour. */
final class UserSketch {
  static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  static final Names CLUSTER = new Names("caches", "sessions");
  static final UserKey CART = new UserKey("shop", "cart");
  static final Secret FIRST = Secret.of("a".repeat(43));
  static final Secret SECOND = Secret.of("b".repeat(43));
  private static final KeyPairPem CERTIFICATE =
      new KeyPairPem("certificate\n", Secret.of("key of the certificate\n"));

  final CacheUser user = new CacheUser();
  private final Map<UserKey, KeyPatterns> others = new HashMap<>();
  private Optional<Grant> grant = Optional.empty();
  private Optional<HasMetadata> binding = Optional.empty();
  private AllowedNamespacesSpec allowed =
      new AllowedNamespacesSpec(dev.cachecluster.api.v1alpha1.NamespacesFrom.ALL, null);
  private ObservedUser.Place place = ObservedUser.Place.STANDS;
  private boolean report = true;
  private Optional<UserFacts> facts = Optional.empty();
  private Map<String, String> labels = Map.of();
  private Instant now = NOW;

  UserSketch() {
    user.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace("shop")
            .withName("cart")
            .withUid("uid-cart")
            .withGeneration(1L)
            .withFinalizers(UserPlanner.FINALIZER)
            .build());
    user.setSpec(spec("cart:*"));
  }

  static CacheUserSpec spec(String keys) {
    return new CacheUserSpec(
        new ClusterReference("sessions", "caches"),
        List.of(keys),
        List.of(),
        new UserAccessSpec(UserAccessType.READ_WRITE, null),
        new SelectorSpec(Map.of("app", "cart"), null),
        RotationSpec.DEFAULTS);
  }

  /** One that was granted, accepted and bound an hour ago. */
  static UserSketch bound() {
    var standing =
        new Grant(
            CART,
            "uid-cart",
            spec("cart:*"),
            Map.of(Slot.A, FIRST),
            Slot.A,
            Optional.of(NOW.minusSeconds(3600)),
            new Grant.Rotation.Idle(),
            Grant.Tokens.NONE);
    return new UserSketch().grant(standing).accepted(Slot.A).bindingOf(standing);
  }

  UserSketch grant(Grant standing) {
    grant = Optional.of(standing);
    return this;
  }

  Grant grant() {
    return grant.orElseThrow();
  }

  UserSketch noGrant() {
    grant = Optional.empty();
    return this;
  }

  UserSketch bindingOf(Grant published) {
    var secret =
        Drift.marked(
            new Binding(CLUSTER, EngineType.VALKEY, "authority\n", CERTIFICATE, published)
                .secret());
    secret
        .getMetadata()
        .setOwnerReferences(
            List.of(new OwnerReferenceBuilder().withUid("uid-cart").withName("cart").build()));
    binding = Optional.of(secret);
    return this;
  }

  UserSketch noBinding() {
    binding = Optional.empty();
    return this;
  }

  UserSketch accepted(Slot... slots) {
    return facts(Set.of(slots), Set.of(slots), Optional.empty());
  }

  UserSketch facts(Set<Slot> accepted, Set<Slot> present, Optional<Map<Slot, Integer>> sessions) {
    facts =
        Optional.of(
            new UserFacts(
                Optional.empty(),
                accepted,
                present,
                accepted.equals(present) ? List.of() : List.of("sessions-0-1"),
                sessions,
                true,
                Optional.of(CERTIFICATE)));
    return this;
  }

  UserSketch noFacts() {
    facts = Optional.empty();
    return this;
  }

  UserSketch noReport() {
    report = false;
    return this;
  }

  UserSketch cluster(ObservedUser.Place where) {
    place = where;
    return this;
  }

  UserSketch allowed(AllowedNamespacesSpec namespaces) {
    allowed = namespaces;
    return this;
  }

  UserSketch labels(Map<String, String> ofNamespace) {
    labels = ofNamespace;
    return this;
  }

  UserSketch other(String namespace, String name, String keys) {
    others.put(new UserKey(namespace, name), KeyPatterns.of(List.of(keys)));
    return this;
  }

  UserSketch after(long seconds) {
    now = NOW.plusSeconds(seconds);
    return this;
  }

  UserSketch asks(String annotation, String token) {
    user.getMetadata().setAnnotations(Map.of(annotation, token));
    return this;
  }

  UserSketch deleted() {
    user.getMetadata().setDeletionTimestamp(NOW.toString());
    return this;
  }

  ObservedUser build() {
    var users = new HashMap<UserKey, UserFacts>();
    facts.ifPresent(known -> users.put(CART, known));
    var patterns = new HashMap<>(others);
    grant.ifPresent(standing -> patterns.put(CART, Grants.keys(standing.spec())));
    return new ObservedUser(
        now,
        user,
        CLUSTER,
        place,
        labels,
        report
            ? Optional.of(
                new ClusterReport(
                    "uid-sessions",
                    EngineType.VALKEY,
                    new ClusterAccessSpec(allowed),
                    Optional.of("authority\n"),
                    patterns,
                    Map.of(),
                    users))
            : Optional.empty(),
        grant.map(standing -> GrantSecret.of(standing, CLUSTER)),
        grant,
        binding);
  }

  UserPlan plan() {
    return new UserPlanner().plan(build());
  }
}

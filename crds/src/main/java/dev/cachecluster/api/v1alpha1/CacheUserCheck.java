package dev.cachecluster.api.v1alpha1;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rules of the CRD of {@link CacheUser} once more, in Java, as {@link SpecCheck} is for {@link
 * CacheCluster}. The messages are the CRD's own.
 */
public final class CacheUserCheck {
  private final ProblemList problems = new ProblemList();

  private CacheUserCheck() {}

  /** All that is wrong; empty if the operator may act on the spec. */
  public static List<SpecProblem> check(CacheUser user) {
    var check = new CacheUserCheck();
    String name = user.getMetadata() == null ? null : user.getMetadata().getName();
    check.problems.matches("metadata.name", name, CacheUser.NAME_PATTERN, CacheUser.NAME_MESSAGE);
    check.spec(user.getSpec());
    return check.problems.all();
  }

  /**
   * What is wrong with the tokens in the annotations, which no rule of the CRD can see. A bad token
   * asks for nothing; it is no reason to take away what is granted.
   */
  public static List<SpecProblem> checkTokens(CacheUser user) {
    var check = new CacheUserCheck();
    for (String annotation : List.of(CacheUser.ROTATE, CacheUser.REVOKE)) {
      String field = "metadata.annotations[" + annotation + "]";
      boolean taken = user.token(annotation).isPresent() == user.annotation(annotation).isPresent();
      check.problems.require(field, taken, field + CacheUser.TOKEN_MESSAGE);
    }
    return check.problems.all();
  }

  private void spec(@Nullable CacheUserSpec spec) {
    if (!problems.present("spec", spec) || spec == null) {
      return;
    }
    if (problems.present("spec.clusterRef", spec.clusterRef())) {
      cluster(spec.clusterRef());
    }
    reach(spec);
    if (problems.present("spec.access", spec.access())) {
      access(spec.access());
    }
    if (problems.present("spec.podSelector", spec.podSelector())) {
      new SelectorCheck(problems, CacheUserSpec.POD_SELECTOR).check(spec.podSelector());
      problems.require(
          CacheUserSpec.POD_SELECTOR,
          spec.podSelector().requiresLabel(),
          CacheUserSpec.SELECTS_ALL_MESSAGE);
    }
    rotation(spec.rotation());
  }

  private void reach(CacheUserSpec spec) {
    List<String> keys = spec.keys();
    List<String> channels = spec.channels();
    boolean metrics = spec.access() != null && spec.access().type() == UserAccessType.METRICS;
    problems.require("spec.keys", metrics || keys != null, CacheUserSpec.NO_KEYS_MESSAGE);
    problems.require(
        "spec", !metrics || (keys == null && channels == null), CacheUserSpec.METRICS_MESSAGE);
    if (keys != null) {
      problems.require(
          "spec.keys", !keys.isEmpty(), "spec.keys must name at least one pattern: add one");
      patterns("spec.keys", keys);
    }
    if (channels != null) {
      patterns("spec.channels", channels);
      boolean notified =
          channels.stream().anyMatch(c -> c != null && (c.equals("*") || c.startsWith("_")));
      problems.require(
          "spec.channels",
          !notified || List.of("*").equals(keys),
          CacheUserSpec.NOTIFICATIONS_MESSAGE);
    }
  }

  private void cluster(ClusterReference cluster) {
    problems.matches(
        "spec.clusterRef.name",
        cluster.name(),
        CacheCluster.NAME_PATTERN,
        ClusterReference.NAME_MESSAGE);
    String namespace = cluster.namespace();
    problems.require(
        "spec.clusterRef.namespace",
        namespace == null || namespace.matches(ClusterReference.NAMESPACE_PATTERN),
        ClusterReference.NAMESPACE_MESSAGE);
  }

  private void patterns(String field, List<String> patterns) {
    problems.atMost(field, patterns.size(), CacheUserSpec.MAX_PATTERNS);
    problems.distinct(field, patterns);
    for (int i = 0; i < patterns.size(); i++) {
      String item = field + "[" + i + "]";
      String pattern = patterns.get(i);
      problems.matches(item, pattern, CacheUserSpec.PATTERN, field + CacheUserSpec.FORM);
      problems.matches(item, pattern, CacheUserSpec.BEGINNING, field + CacheUserSpec.BEGIN);
    }
    problems.require(
        field, patterns.size() == 1 || !patterns.contains("*"), field + CacheUserSpec.ALONE);
  }

  private void access(UserAccessSpec access) {
    CustomAccessSpec custom = access.custom();
    if (problems.present("spec.access.type", access.type())) {
      boolean named = access.type() == UserAccessType.CUSTOM;
      problems.require("spec.access", named == (custom != null), UserAccessSpec.UNION_MESSAGE);
    }
    String field = "spec.access.custom.categories";
    if (custom != null && problems.present(field, custom.categories())) {
      List<CommandCategory> categories = custom.categories();
      boolean none = categories.isEmpty() || categories.contains(null);
      problems.require(field, !none, field + " must name at least one category: add one");
      problems.distinct(field, categories);
    }
  }

  private void rotation(RotationSpec rotation) {
    Optional<Duration> interval = Durations.parse(rotation.interval());
    Optional<Duration> grace = Durations.parse(rotation.grace());
    problems.require(
        "spec.rotation.interval",
        rotation.interval() == null
            || interval
                .filter(d -> d.compareTo(RotationSpec.MIN_INTERVAL) >= 0)
                .filter(d -> d.compareTo(RotationSpec.MAX_INTERVAL) <= 0)
                .isPresent(),
        RotationSpec.INTERVAL_MESSAGE);
    problems.require(
        "spec.rotation.grace",
        grace.filter(d -> d.compareTo(RotationSpec.MAX_GRACE) <= 0).isPresent(),
        RotationSpec.GRACE_MESSAGE);
    if (interval.isPresent() && grace.isPresent()) {
      boolean shorter = grace.get().compareTo(interval.get()) < 0;
      problems.require("spec.rotation", shorter, RotationSpec.ORDER_MESSAGE);
    }
  }
}

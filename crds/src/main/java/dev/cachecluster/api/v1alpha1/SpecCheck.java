package dev.cachecluster.api.v1alpha1;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rules of the CRD once more, in Java: the operator asks them again, because an object may have
 * been stored under an older CRD. The messages are the CRD's own.
 */
public final class SpecCheck {
  private final List<SpecProblem> problems = new ArrayList<>();

  private SpecCheck() {}

  /** All that is wrong; empty if the operator may act on the spec. */
  public static List<SpecProblem> check(CacheCluster cluster) {
    var check = new SpecCheck();
    String name = cluster.getMetadata() == null ? null : cluster.getMetadata().getName();
    check.matches("metadata.name", name, CacheCluster.NAME_PATTERN, CacheCluster.NAME_MESSAGE);
    check.spec(cluster.getSpec());
    return List.copyOf(check.problems);
  }

  private void spec(@Nullable CacheClusterSpec spec) {
    if (!present("spec", spec) || spec == null) {
      return;
    }
    if (present("spec.engine", spec.engine())) {
      engine(spec.engine());
    }
    if (present("spec.topology", spec.topology())) {
      topology(spec.topology());
    }
    if (present("spec.memory", spec.memory())) {
      require(
          "spec.memory.maxMemory",
          spec.memory().maxMemoryBytes().isPresent(),
          MemorySpec.MAX_MEMORY_MESSAGE);
    }
    if (spec.cpu() != null) {
      cpu(spec.cpu());
    }
    if (spec.config() != null) {
      config(spec.config());
    }
    if (spec.placement() != null) {
      new PlacementCheck(problems).check(spec.placement());
    }
    if (spec.tls() != null) {
      tls(spec.tls());
    }
  }

  private void engine(EngineSpec engine) {
    present("spec.engine.type", engine.type());
    matches(
        "spec.engine.version",
        engine.version(),
        EngineSpec.VERSION_PATTERN,
        EngineSpec.VERSION_MESSAGE);
    String image = engine.image();
    require(
        "spec.engine.image",
        image == null
            || (image.length() <= EngineSpec.MAX_IMAGE_LENGTH
                && image.matches(EngineSpec.IMAGE_PATTERN)
                && (image.contains("@") || !image.endsWith(":latest"))),
        EngineSpec.IMAGE_MESSAGE);
    List<LocalObjectReference> secrets = engine.imagePullSecrets();
    if (secrets == null) {
      return;
    }
    String field = "spec.engine.imagePullSecrets";
    atMost(field, secrets.size(), EngineSpec.MAX_PULL_SECRETS);
    for (LocalObjectReference secret : secrets) {
      String name = secret == null ? null : secret.name();
      matches(field, name, Labels.OBJECT_NAME, LocalObjectReference.NAME_MESSAGE);
    }
    long names = secrets.stream().filter(s -> s != null).map(s -> s.name()).distinct().count();
    require(field, names == secrets.size(), field + " names a Secret twice: name it once");
  }

  private void topology(TopologySpec topology) {
    present("spec.topology.type", topology.type());
    String field = "spec.topology.replicas";
    require(
        field,
        topology.replicas() >= 0 && topology.replicas() <= TopologySpec.MAX_REPLICAS,
        field + " must be from 0 to " + TopologySpec.MAX_REPLICAS);
  }

  private void cpu(CpuSpec cpu) {
    Optional<BigDecimal> request =
        cores("spec.cpu.request", cpu.request(), CpuSpec.REQUEST_MESSAGE);
    Optional<BigDecimal> limit = cores("spec.cpu.limit", cpu.limit(), CpuSpec.LIMIT_MESSAGE);
    if (request.isPresent() && limit.isPresent()) {
      boolean ordered = limit.get().compareTo(request.get()) >= 0;
      require("spec.cpu.limit", ordered, CpuSpec.ORDER_MESSAGE);
    }
  }

  private Optional<BigDecimal> cores(String field, @Nullable String text, String message) {
    if (text == null) {
      return Optional.empty();
    }
    if (!text.matches(CpuSpec.CPU_PATTERN)) {
      problems.add(new SpecProblem(field, message));
      return Optional.empty();
    }
    BigDecimal cores =
        text.endsWith("m")
            ? new BigDecimal(text.substring(0, text.length() - 1)).movePointLeft(3)
            : new BigDecimal(text);
    require(field, cores.signum() > 0, message);
    return Optional.of(cores);
  }

  private void config(Map<String, String> config) {
    atMost("spec.config", config.size(), CacheClusterSpec.MAX_SETTINGS);
    config.forEach(
        (key, value) ->
            ConfigKeys.problem(key, value)
                .ifPresent(message -> problems.add(new SpecProblem("spec.config", message))));
  }

  private void tls(TlsSpec tls) {
    if (tls.server() != null) {
      present("spec.tls.server.type", tls.server().type());
    }
    var lifetime = Durations.parse(tls.lifetime());
    var renewBefore = Durations.parse(tls.renewBefore());
    require(
        "spec.tls.lifetime",
        lifetime
            .filter(d -> d.compareTo(TlsSpec.MIN_LIFETIME) >= 0)
            .filter(d -> d.compareTo(TlsSpec.MAX_LIFETIME) <= 0)
            .isPresent(),
        TlsSpec.LIFETIME_MESSAGE);
    require(
        "spec.tls.renewBefore",
        renewBefore.filter(d -> d.compareTo(TlsSpec.MIN_RENEW_BEFORE) >= 0).isPresent(),
        TlsSpec.RENEW_BEFORE_MESSAGE);
    if (lifetime.isPresent() && renewBefore.isPresent()) {
      var between = lifetime.get().minus(renewBefore.get());
      boolean ordered = between.compareTo(TlsSpec.MIN_RENEW_BEFORE) >= 0;
      require("spec.tls.renewBefore", ordered, TlsSpec.ORDER_MESSAGE);
    }
  }

  private boolean present(String field, @Nullable Object value) {
    if (value == null) {
      problems.add(new SpecProblem(field, field + " is required: set it"));
    }
    return value != null;
  }

  private void matches(String field, @Nullable String value, String pattern, String message) {
    require(field, value != null && value.matches(pattern), message);
  }

  private void atMost(String field, int size, int most) {
    require(field, size <= most, field + " has more than " + most + " entries: remove some");
  }

  private void require(String field, boolean fulfilled, String message) {
    if (!fulfilled) {
      problems.add(new SpecProblem(field, message));
    }
  }
}

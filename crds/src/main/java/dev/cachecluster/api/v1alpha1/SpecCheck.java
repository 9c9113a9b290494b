package dev.cachecluster.api.v1alpha1;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The rules of the CRD once more, in Java: the operator asks them again, because an object may have
 * been stored under an older CRD. The messages are the CRD's own.
 */
public final class SpecCheck {
  private final ProblemList problems = new ProblemList();

  private SpecCheck() {}

  /** All that is wrong; empty if the operator may act on the spec. */
  public static List<SpecProblem> check(CacheCluster cluster) {
    var check = new SpecCheck();
    String name = cluster.getMetadata() == null ? null : cluster.getMetadata().getName();
    check.problems.matches(
        "metadata.name", name, CacheCluster.NAME_PATTERN, CacheCluster.NAME_MESSAGE);
    check.spec(cluster.getSpec());
    return check.problems.all();
  }

  private void spec(@Nullable CacheClusterSpec spec) {
    if (!problems.present("spec", spec) || spec == null) {
      return;
    }
    if (problems.present("spec.engine", spec.engine())) {
      engine(spec.engine());
    }
    if (problems.present("spec.topology", spec.topology())) {
      topology(spec.topology());
    }
    if (problems.present("spec.memory", spec.memory())) {
      problems.require(
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
    access(spec.access());
    if (spec.network() != null) {
      new NetworkCheck(problems).check(spec.network());
    }
    var maxMemory = spec.memory() == null ? OptionalLong.empty() : spec.memory().maxMemoryBytes();
    new PersistenceCheck(problems).check(spec.persistence(), maxMemory);
  }

  private void engine(EngineSpec engine) {
    problems.present("spec.engine.type", engine.type());
    problems.matches(
        "spec.engine.version",
        engine.version(),
        EngineSpec.VERSION_PATTERN,
        EngineSpec.VERSION_MESSAGE);
    String image = engine.image();
    problems.require(
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
    problems.atMost(field, secrets.size(), EngineSpec.MAX_PULL_SECRETS);
    for (LocalObjectReference secret : secrets) {
      String name = secret == null ? null : secret.name();
      problems.matches(field, name, Labels.OBJECT_NAME, LocalObjectReference.NAME_MESSAGE);
    }
    long names = secrets.stream().filter(s -> s != null).map(s -> s.name()).distinct().count();
    problems.require(field, names == secrets.size(), field + " names a Secret twice: name it once");
  }

  private void topology(TopologySpec topology) {
    problems.present("spec.topology.type", topology.type());
    String field = "spec.topology.replicas";
    problems.require(
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
      problems.require("spec.cpu.limit", ordered, CpuSpec.ORDER_MESSAGE);
    }
  }

  private Optional<BigDecimal> cores(String field, @Nullable String text, String message) {
    if (text == null) {
      return Optional.empty();
    }
    if (!text.matches(CpuSpec.CPU_PATTERN)) {
      problems.add(field, message);
      return Optional.empty();
    }
    BigDecimal cores =
        text.endsWith("m")
            ? new BigDecimal(text.substring(0, text.length() - 1)).movePointLeft(3)
            : new BigDecimal(text);
    problems.require(field, cores.signum() > 0, message);
    return Optional.of(cores);
  }

  private void config(Map<String, String> config) {
    problems.atMost("spec.config", config.size(), CacheClusterSpec.MAX_SETTINGS);
    config.forEach(
        (key, value) ->
            ConfigKeys.problem(key, value)
                .ifPresent(message -> problems.add("spec.config", message)));
  }

  private void tls(TlsSpec tls) {
    if (tls.server() != null) {
      server(tls.server());
    }
    var lifetime = Durations.parse(tls.lifetime());
    var renewBefore = Durations.parse(tls.renewBefore());
    problems.require(
        "spec.tls.lifetime",
        lifetime
            .filter(d -> d.compareTo(TlsSpec.MIN_LIFETIME) >= 0)
            .filter(d -> d.compareTo(TlsSpec.MAX_LIFETIME) <= 0)
            .isPresent(),
        TlsSpec.LIFETIME_MESSAGE);
    problems.require(
        "spec.tls.renewBefore",
        renewBefore.filter(d -> d.compareTo(TlsSpec.MIN_RENEW_BEFORE) >= 0).isPresent(),
        TlsSpec.RENEW_BEFORE_MESSAGE);
    if (lifetime.isPresent() && renewBefore.isPresent()) {
      var between = lifetime.get().minus(renewBefore.get());
      boolean ordered = between.compareTo(TlsSpec.MIN_RENEW_BEFORE) >= 0;
      problems.require("spec.tls.renewBefore", ordered, TlsSpec.ORDER_MESSAGE);
    }
  }

  private void server(TlsServerSpec server) {
    String field = "spec.tls.server";
    if (!problems.present(field + ".type", server.type())) {
      return;
    }
    TlsIssuerSpec issuer = server.issuer();
    TlsSecretSpec secret = server.secret();
    boolean issued = server.type() == TlsServerType.CERT_MANAGER;
    problems.require(field + ".issuer", issued == (issuer != null), TlsServerSpec.ISSUER_MESSAGE);
    boolean given = server.type() == TlsServerType.SECRET;
    problems.require(field + ".secret", given == (secret != null), TlsServerSpec.SECRET_MESSAGE);
    String name = Labels.OBJECT_NAME;
    if (issuer != null) {
      problems.matches(field + ".issuer.name", issuer.name(), name, TlsIssuerSpec.NAME_MESSAGE);
      problems.matches(field + ".issuer.group", issuer.group(), name, TlsIssuerSpec.GROUP_MESSAGE);
    }
    if (secret != null) {
      problems.matches(field + ".secret.name", secret.name(), name, TlsSecretSpec.NAME_MESSAGE);
    }
  }

  private void access(ClusterAccessSpec access) {
    AllowedNamespacesSpec namespaces = access.namespaces();
    SelectorSpec selector = namespaces.selector();
    String field = "spec.access.namespaces.selector";
    boolean selects = namespaces.from() == NamespacesFrom.SELECTOR;
    problems.require(field, selects == (selector != null), AllowedNamespacesSpec.UNION_MESSAGE);
    if (selector != null) {
      new SelectorCheck(problems, field).check(selector);
      problems.require(field, selector.selects(), AllowedNamespacesSpec.EMPTY_MESSAGE);
    }
  }
}

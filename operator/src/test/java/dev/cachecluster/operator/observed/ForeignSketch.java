package dev.cachecluster.operator.observed;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cachecluster.operator.desired.LeafRequest;
import dev.cachecluster.operator.desired.SampleCluster;
import dev.cachecluster.operator.desired.ServerCertificate;
import dev.cachecluster.operator.desired.ServerConfig;
import dev.cachecluster.operator.pki.AuthorityRotation;
import dev.cachecluster.operator.pki.CertificateAuthority;
import dev.cachecluster.operator.pki.CertificateView;
import dev.cachecluster.operator.pki.ForeignOffer;
import dev.cachecluster.operator.pki.ForeignState;
import dev.cachecluster.operator.pki.Leaf;
import dev.cachecluster.operator.pki.RotationFacts;
import dev.cachecluster.operator.pki.TrustBundle;
import dev.cachecluster.operator.plan.Drift;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What a world for tests has of somebody else's certificates; nothing, if not said. */
public record ForeignSketch(
    ForeignState state,
    ForeignState inSecrets,
    ForeignOffer offer,
    Optional<ObservedRequest> request) {
  public static final ForeignSketch NONE =
      new ForeignSketch(
          ForeignState.NONE, ForeignState.NONE, new ForeignOffer.Unasked(), Optional.empty());

  static final String MARKER = "trusted-1.crt";

  private static final CertificateAuthority COMPANY = authority("Company");
  private static final CertificateAuthority OTHER = authority("Other company");

  /** By the words of the stories. */
  private static final Map<String, ForeignState.Shown> SHOWN =
      Map.of(
          "company", of(COMPANY, Duration.ofDays(60)),
          "company renewed", of(COMPANY, Duration.ofDays(90)),
          "company ending", of(COMPANY, Duration.ofMinutes(59)),
          "other", of(OTHER, Duration.ofDays(60)));

  private static CertificateAuthority authority(String name) {
    return CertificateAuthority.create(name, clock(), new SecureRandom(), Duration.ofDays(3650));
  }

  private static Clock clock() {
    return Clock.fixed(WorldSketch.NOW, ZoneOffset.UTC);
  }

  private static ForeignState.Shown of(CertificateAuthority issuer, Duration lifetime) {
    var hosts = ServerCertificate.needed(SampleCluster.NAMES, 2);
    return new ForeignState.Shown(
        issuer.issue(new Leaf("demo", hosts, Leaf.Usage.MEMBER, lifetime)),
        issuer.certificatePem());
  }

  /** As a story tells it. */
  public static ForeignSketch read(JsonNode node, ServerCertificate wanted) {
    var state = state(node);
    return new ForeignSketch(
        state,
        node.has("in secrets") ? state(node.path("in secrets")) : state,
        offer(node.path("offered").asText("")),
        request(node.path("request").asText(""), wanted));
  }

  private static ForeignState.Shown shown(String words) {
    return Objects.requireNonNull(SHOWN.get(words), words);
  }

  private static ForeignState state(JsonNode node) {
    var state =
        ForeignState.NONE.showing(
            Optional.of(node.path("shown").asText(""))
                .filter(w -> !w.isEmpty())
                .map(ForeignSketch::shown));
    for (var issuer : node.path("trusted")) {
      state = state.trusting(shown(issuer.asText()).rootPem());
    }
    return state.requested(node.path("requested").asBoolean());
  }

  private static ForeignOffer offer(String words) {
    if (words.startsWith("refused: ")) {
      return new ForeignOffer.Refused(List.of(words.substring("refused: ".length())));
    }
    return switch (words) {
      case "" -> new ForeignOffer.Unasked();
      case "missing" -> new ForeignOffer.Missing();
      default -> new ForeignOffer.Accepted(shown(words));
    };
  }

  private static Optional<ObservedRequest> request(String words, ServerCertificate wanted) {
    if (!(wanted instanceof ServerCertificate.Requested(var object, var _))) {
      return Optional.empty();
    }
    return Optional.of(
        switch (words) {
          case "unavailable" -> new ObservedRequest.Unavailable();
          case "missing" -> new ObservedRequest.Standing(Optional.empty());
          case "" -> new ObservedRequest.Standing(Optional.of(Drift.marked(object)));
          default -> new ObservedRequest.Standing(Optional.of(complaining(object, words)));
        });
  }

  private static GenericKubernetesResource complaining(
      GenericKubernetesResource object, String words) {
    var marked = Drift.marked(object);
    var properties = new HashMap<>(marked.getAdditionalProperties());
    properties.put(
        "status",
        Map.of(
            "conditions", List.of(Map.of("type", "Ready", "status", "False", "message", words))));
    marked.setAdditionalProperties(properties);
    return marked;
  }

  /** What a server shows that was told nothing else. */
  static String shown(ServerFiles files, String said) {
    return files
        .server()
        .filter(_ -> said.equals("current"))
        .map(CertificateView::fingerprint)
        .orElse(said);
  }

  /** What a server says it has read that was told nothing else. */
  static void read(ServerFiles files, Map<String, String> config) {
    files
        .marker()
        .ifPresent(
            name -> config.putIfAbsent(ServerFiles.TRUSTED, ServerConfig.TLS_DIR + "/" + name));
  }

  Map<String, ServerFiles> files(List<LeafRequest> leaves) {
    var files = new HashMap<String, ServerFiles>();
    for (var leaf : leaves) {
      var server =
          leaf.server()
              ? inSecrets.shownBy(leaf.hosts().getFirst()).map(ForeignState.Shown::view)
              : Optional.<CertificateView>empty();
      files.put(
          leaf.secretName(), new ServerFiles(server, server.map(_ -> MARKER), inSecrets.issuers()));
    }
    return files;
  }

  TrustBundle published(TrustBundle own) {
    return own.and(inSecrets.issuers());
  }

  ObservedForeign observed(List<RotationFacts.Party> parties) {
    return new ObservedForeign(
        state,
        Optional.of("1"),
        offer,
        request,
        AuthorityRotation.withGrace(Duration.ofMinutes(2)),
        new RotationFacts(WorldSketch.NOW, parties));
  }
}

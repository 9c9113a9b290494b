package dev.cachecluster.operator.observed;

import dev.cachecluster.operator.desired.Grant;
import dev.cachecluster.operator.desired.Grants;
import dev.cachecluster.operator.desired.Labels;
import dev.cachecluster.operator.desired.Names;
import dev.cachecluster.operator.desired.UserKey;
import dev.cachecluster.operator.engine.ServerView;
import dev.cachecluster.operator.engine.TlsEvidence;
import dev.cachecluster.operator.pki.AuthorityRotation;
import dev.cachecluster.operator.pki.AuthoritySecret;
import dev.cachecluster.operator.pki.AuthorityState;
import dev.cachecluster.operator.pki.CertificateView;
import dev.cachecluster.operator.pki.RotationFacts;
import dev.cachecluster.operator.pki.TrustBundle;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What the API has of a cluster's authorities: their own Secret, and what lies beside the
 * certificates as what is to be trusted.
 *
 * @param state as the Secret has it; put together from what others trust if it is lost, and empty
 *     if there is nothing to put it together from
 * @param version of the Secret, if there is one
 * @param problems what is damaged in it
 * @param leaves the certificates that exist, by the name of their Secret
 * @param published by the name of the Secret of a certificate, what is to be trusted with it
 * @param files by the name of the Secret of a certificate, what lies beside it of others'
 * @param known all authorities in these that are the cluster's own
 */
record AuthorityReading(
    Optional<AuthorityState> state,
    Optional<String> version,
    List<String> problems,
    Map<String, CertificateView> leaves,
    Map<String, TrustBundle> published,
    Map<String, ServerFiles> files,
    TrustBundle known) {
  private static final Pattern MARKER = Pattern.compile("trusted-[0-9a-f]+\\.crt");

  static AuthorityReading of(
      Map<ObjectKey, HasMetadata> children, Names names, SecureRandom random) {
    // Almost all hold the same text.
    var read = new HashMap<String, TrustBundle>();
    var leaves = new TreeMap<String, CertificateView>();
    var published = new TreeMap<String, TrustBundle>();
    var files = new TreeMap<String, ServerFiles>();
    children.forEach(
        (key, object) ->
            certificate(key, object)
                .ifPresent(
                    pem -> {
                      readable(pem, object).ifPresent(leaf -> leaves.put(key.name(), leaf));
                      published.put(
                          key.name(),
                          SecretFields.text(Optional.of(object), SecretFields.CA_CERTIFICATE)
                              .map(text -> read.computeIfAbsent(text, TrustBundle::read))
                              .orElse(TrustBundle.NONE));
                      files.put(key.name(), files(object));
                    }));
    var issuers = files.values().stream().map(ServerFiles::issuers).distinct().toList();
    var known =
        published.values().stream()
            .distinct()
            .reduce(TrustBundle.NONE, TrustBundle::and)
            .without(issuers.stream().reduce(TrustBundle.NONE, TrustBundle::and));
    var secret =
        Optional.ofNullable(children.get(new ObjectKey("Secret", names.authoritySecret())));
    var reading = secret.map(object -> AuthoritySecret.read(SecretFields.data(object), random));
    return new AuthorityReading(
        reading
            .flatMap(AuthoritySecret.Reading::state)
            .or(() -> AuthorityState.recovered(known.certificates())),
        secret.map(object -> object.getMetadata().getResourceVersion()),
        reading.map(AuthoritySecret.Reading::problems).orElse(List.of()),
        leaves,
        published,
        files,
        known);
  }

  private static ServerFiles files(HasMetadata object) {
    var secret = Optional.of(object);
    var data = SecretFields.data(object);
    return new ServerFiles(
        SecretFields.text(secret, SecretFields.SERVER_KEY)
            .flatMap(_ -> SecretFields.text(secret, SecretFields.SERVER_CERTIFICATE))
            .flatMap(CertificateView::find),
        data.keySet().stream().filter(MARKER.asMatchPredicate()).sorted().findFirst(),
        SecretFields.text(secret, SecretFields.ISSUERS)
            .map(TrustBundle::read)
            .orElse(TrustBundle.NONE));
  }

  private static Optional<String> certificate(ObjectKey key, HasMetadata object) {
    var labels = object.getMetadata().getLabels();
    return key.kind().equals("Secret") && labels != null && labels.containsKey(Labels.CLUSTER)
        ? SecretFields.text(Optional.of(object), SecretFields.CERTIFICATE)
        : Optional.empty();
  }

  /** What is damaged counts as missing, and is issued again. */
  private static Optional<CertificateView> readable(String certificate, HasMetadata secret) {
    var key = SecretFields.text(Optional.of(secret), SecretFields.KEY);
    if (key.filter(text -> text.startsWith("-----BEGIN ")).isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(CertificateView.parse(certificate));
    } catch (IllegalArgumentException unreadable) {
      return Optional.empty();
    }
  }

  /**
   * What the operator itself trusts: all that any server of the cluster may still show. It is the
   * same text as long as nothing of this changes.
   */
  TrustBundle operatorTrusts(TrustBundle issuers) {
    return state
        .map(own -> TrustBundle.of(own.trusted()))
        .orElse(TrustBundle.NONE)
        .and(known)
        .and(issuers);
  }

  /**
   * A certificate as it lies in its Secret, and beside it what is to be trusted with it.
   *
   * @param leaf empty if there is none yet
   */
  record Files(Optional<CertificateView> leaf, TrustBundle trusted, ServerFiles others) {
    boolean areRead(TlsEvidence shown, ServerView view) {
      return leaf.filter(own -> others.areRead(own, shown, view)).isPresent();
    }
  }

  Files of(String secret) {
    return new Files(
        Optional.ofNullable(leaves.get(secret)),
        published.getOrDefault(secret, TrustBundle.NONE),
        files.getOrDefault(secret, ServerFiles.NONE));
  }

  /**
   * Everybody who shows a certificate or checks one.
   *
   * @param issuers of others, that the operator trusts
   */
  List<RotationFacts.Party> parties(
      Names names,
      List<ObservedMember> members,
      Map<UserKey, ObservedBinding> bindings,
      TrustBundle issuers) {
    return new Parties(names, leaves, published, files, operatorTrusts(issuers))
        .of(members, bindings);
  }

  /** With all that is to be known for its rotation. */
  Optional<ObservedAuthority> observed(
      Instant now,
      List<Grant> grants,
      List<RotationFacts.Party> parties,
      TrustBundle issuers,
      Optional<String> token) {
    // Whom else they trust is no matter of this rotation.
    var facts =
        new RotationFacts(
            now, parties.stream().map(party -> party.without(issuers.fingerprints())).toList());
    var rotation = AuthorityRotation.withGrace(Grants.longestGrace(grants));
    return state.map(
        stored ->
            new ObservedAuthority(
                rotation.completed(stored, known.certificates(), facts),
                version,
                problems,
                rotation,
                facts,
                token));
  }
}

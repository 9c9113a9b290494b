package dev.cachecluster.operator.apply;

import dev.cachecluster.operator.desired.Names;
import dev.cachecluster.operator.observed.ObservedForeign;
import dev.cachecluster.operator.observed.ObservedState;
import dev.cachecluster.operator.pki.ForeignState;
import dev.cachecluster.operator.plan.Action;
import dev.cachecluster.operator.plan.ForeignStep;
import dev.cachecluster.operator.plan.Reason;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Writes what is used of somebody else's certificates, each step over the version that was judged,
 * and what cert-manager is asked by.
 */
public final class CertificateWriter {
  /** The kind, which the client does not know by itself. */
  public static final ResourceDefinitionContext CONTEXT =
      new ResourceDefinitionContext.Builder()
          .withGroup("cert-manager.io")
          .withVersion("v1")
          .withKind("Certificate")
          .withPlural("certificates")
          .withNamespaced(true)
          .build();

  private final ObjectWriter writer;
  private final Names names;

  CertificateWriter(ObjectWriter writer, Names names) {
    this.writer = writer;
    this.names = names;
  }

  Outcome perform(Action.ChangeServerCertificate change, ObservedState world) {
    var judged = world.foreign();
    var state = judged.state();
    return switch (change.step()) {
      case ForeignStep.Request(var object) -> {
        var noted = record(change.secret(), judged, state.requested(true));
        yield noted.done() ? ask(() -> writer.apply(CONTEXT, object)) : noted;
      }
      case ForeignStep.Retire(var name) -> {
        writer.remove(CONTEXT, names.namespace(), name);
        yield record(change.secret(), judged, state.requested(false));
      }
      case ForeignStep.Trust(var root) -> record(change.secret(), judged, state.trusting(root));
      case ForeignStep.Show(var shown) ->
          record(change.secret(), judged, state.showing(Optional.of(shown)));
      case ForeignStep.Withdraw() ->
          record(change.secret(), judged, state.showing(Optional.empty()));
      case ForeignStep.Drop(var kept) -> record(change.secret(), judged, state.trustingOnly(kept));
    };
  }

  /** An empty one stays: without it, what lies beside certificates would be taken for lost. */
  private Outcome record(String secret, ObservedForeign judged, ForeignState next) {
    var entries = next.entries();
    if (judged.version().isEmpty()) {
      return writer.create(Entries.secret(names, secret, entries));
    }
    if (next.equals(judged.state())) {
      return new Outcome.Done(false);
    }
    return AuthorityWriter.overJudged(
        () -> {
          var changes = new HashMap<String, Optional<String>>();
          ForeignState.ENTRIES.forEach(
              entry -> changes.put(entry, Optional.ofNullable(entries.get(entry))));
          writer.merge(Entries.secret(names, secret, Map.of()), judged.version().get(), changes);
        });
  }

  /** Whatever is wrong with cert-manager, it must not slow down what else there is to do. */
  private static Outcome ask(Supplier<Outcome> request) {
    try {
      return request.get();
    } catch (KubernetesClientException e) {
      return new Outcome.Waiting(Reason.WAITING_FOR_ISSUER, String.valueOf(e.getMessage()));
    }
  }
}

package dev.cachecluster.operator.apply;

import dev.cachecluster.operator.plan.ProbeStep;
import dev.cachecluster.operator.plan.Reason;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;

/** Starts and ends the pods of the probe. */
final class ProbeWriter {
  private static final int UNPROCESSABLE = 422;

  private final ObjectWriter writer;

  ProbeWriter(ObjectWriter writer) {
    this.writer = writer;
  }

  /** That a run is judged is for the status to tell. */
  Outcome perform(ProbeStep step) {
    return switch (step) {
      case ProbeStep.Start start -> start(start);
      case ProbeStep.Judge _ -> new Outcome.Done(true);
      case ProbeStep.End end -> end(end);
    };
  }

  /**
   * A pod that may not be made is no matter of the cluster's: it is told as the probe's own, and
   * nothing else waits for it.
   */
  private Outcome start(ProbeStep.Start start) {
    for (var pod : start.pods()) {
      var outcome = create(pod);
      if (!outcome.done()) {
        return outcome;
      }
    }
    return new Outcome.Done(true);
  }

  private Outcome create(Pod pod) {
    try {
      return writer.create(new PodBuilder(pod).build())
              instanceof Outcome.Invalid(var _, var message)
          ? new Outcome.Invalid(Reason.PROBE_DID_NOT_RUN, message)
          : new Outcome.Done(true);
    } catch (KubernetesClientException e) {
      if (!isRefusal(e)) {
        throw e;
      }
      return new Outcome.Invalid(
          Reason.PROBE_DID_NOT_RUN,
          "the API server refuses pod "
              + pod.getMetadata().getName()
              + ", by a quota, an admission policy or for want of a right: "
              + (e.getStatus() == null ? e.getMessage() : e.getStatus().getMessage()));
    }
  }

  /** A namespace that is going is another matter, and known elsewhere. */
  private static boolean isRefusal(KubernetesClientException e) {
    return e.getCode() == UNPROCESSABLE
        || (e.getCode() == HttpURLConnection.HTTP_FORBIDDEN
            && !String.valueOf(e.getMessage()).contains("is being terminated"));
  }

  /** One that has changed meanwhile is looked at again. */
  private Outcome end(ProbeStep.End end) {
    for (var pod : end.pods()) {
      try {
        writer.remove(pod);
      } catch (KubernetesClientException e) {
        if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
          throw e;
        }
        return new Outcome.Waiting(
            Reason.PROGRESSING, "pod " + pod.getMetadata().getName() + " has changed meanwhile");
      }
    }
    return new Outcome.Done(true);
  }
}

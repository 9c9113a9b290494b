package dev.cachecluster.operator.plan;

import dev.cachecluster.operator.pki.ForeignState;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.List;

/** One step towards another servers' certificate. */
public sealed interface ForeignStep {
  /** What it does, for plan and log. */
  String text();

  /** Asks cert-manager for a certificate. */
  record Request(GenericKubernetesResource object) implements ForeignStep {
    @Override
    public String text() {
      return "ask cert-manager by Certificate " + object.getMetadata().getName();
    }
  }

  /** Asks it no more. */
  record Retire(String name) implements ForeignStep {
    @Override
    public String text() {
      return "take back Certificate " + name;
    }
  }

  /** Has everybody trust one more root. */
  record Trust(String rootPem) implements ForeignStep {
    @Override
    public String text() {
      return "trust the issuer of the servers' next certificate";
    }
  }

  /** Has servers show this one. */
  record Show(ForeignState.Shown material) implements ForeignStep {
    @Override
    public String text() {
      return "show the certificate of the issuer";
    }
  }

  /** Has servers show the cluster's own again. */
  record Withdraw() implements ForeignStep {
    @Override
    public String text() {
      return "show the cluster's own certificates";
    }
  }

  /** Has nobody trust any root but these. */
  record Drop(List<String> kept) implements ForeignStep {
    public Drop {
      kept = List.copyOf(kept);
    }

    @Override
    public String text() {
      return "trust an issuer no more";
    }
  }
}

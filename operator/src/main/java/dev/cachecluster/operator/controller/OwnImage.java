package dev.cachecluster.operator.controller;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * The image that the operator runs from, whoever set it in whatever way: its own pod says it. Asked
 * once, for it cannot change while the process lives.
 */
public final class OwnImage {
  private static final Logger LOG = Logger.getLogger(OwnImage.class);
  private static final Duration PAUSE = Duration.ofMinutes(1);

  /** A pod may get containers beside ours. */
  private static final String CONTAINER = "operator";

  private final Supplier<Optional<String>> ask;
  private final Clock clock;
  private Optional<String> known = Optional.empty();
  private Instant askAgain = Instant.MIN;

  private OwnImage(Supplier<Optional<String>> ask, Clock clock) {
    this.ask = ask;
    this.clock = clock;
  }

  /** The one that is known without asking. */
  public static OwnImage of(String name) {
    return new OwnImage(() -> Optional.of(name), Clock.systemUTC());
  }

  static OwnImage ofPod(KubernetesClient client, String namespace, String pod, Clock clock) {
    return new OwnImage(
        () ->
            Optional.ofNullable(client.pods().inNamespace(namespace).withName(pod).get())
                .flatMap(OwnImage::image),
        clock);
  }

  private static Optional<String> image(Pod pod) {
    List<Container> containers = pod.getSpec().getContainers();
    return containers.stream()
        .filter(container -> container.getName().equals(CONTAINER) || containers.size() == 1)
        .findFirst()
        .map(Container::getImage);
  }

  /** Its name; empty while the API server does not say it, which is asked at most once a minute. */
  synchronized Optional<String> name() {
    if (known.isEmpty() && !clock.instant().isBefore(askAgain)) {
      askAgain = clock.instant().plus(PAUSE);
      try {
        known = ask.get();
      } catch (KubernetesClientException e) {
        LOG.warnf("the operator's own pod cannot be read: %s", e.getMessage());
      }
    }
    return known;
  }
}

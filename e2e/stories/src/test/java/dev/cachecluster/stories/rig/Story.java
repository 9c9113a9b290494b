package dev.cachecluster.stories.rig;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.api.v1alpha1.CacheCluster;
import dev.cachecluster.api.v1alpha1.CacheUser;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.awaitility.core.ThrowingRunnable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The frame of a story: a namespace of its own, numbered steps with their times, the scan of the
 * operator's log at the end, a report if something failed, and the undoing of every fault.
 */
public final class Story implements BeforeEachCallback, AfterEachCallback {
  private static final Duration GONE_WITHIN = Duration.ofMinutes(3);

  private final List<Pattern> expectedTroubles = new ArrayList<>();
  private final Deque<Runnable> undo = new ArrayDeque<>();
  private final StringBuilder steps = new StringBuilder();
  private final Rig rig = new Rig();
  private @Nullable Frame frame;

  private record Frame(
      String name,
      String namespace,
      KubernetesClient client,
      Instant start,
      OperatorPods operator) {}

  /** Lines of the operator's log that this story provokes, as a regular expression. */
  public Story expecting(String line) {
    expectedTroubles.add(Pattern.compile(line));
    return this;
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    var name = context.getRequiredTestClass().getSimpleName();
    var start = Instant.now();
    var client = Connection.open();
    var kebab = name.replaceAll("(?<=[a-z])([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    var namespace =
        kebab + "-" + Integer.toString(ThreadLocalRandom.current().nextInt(36 * 36 * 36), 36);
    frame = new Frame(name, namespace, client, start, new OperatorPods(client, start));
    System.out.println("story " + name + " in namespace " + namespace);
    create(namespace);
    operator().awaitAvailable(Duration.ofSeconds(90));
  }

  /** One more namespace, which goes at the end if it still exists. */
  public String anotherNamespace(String suffix) {
    var another = namespace() + "-" + suffix;
    create(another);
    atTheEnd(() -> client().namespaces().withName(another).delete());
    return another;
  }

  private void create(String namespace) {
    client()
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(namespace)
                .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                .endMetadata()
                .build())
        .create();
  }

  /** Says which step of the story's Javadoc begins now. */
  public void step(int number, String what) {
    tell(number + ". " + what);
  }

  /** A figure or a finding for whoever reads along. */
  public void tell(String line) {
    var text =
        "%5.1f s  %s"
            .formatted(Duration.between(frame().start(), Instant.now()).toMillis() / 1000.0, line);
    // Others may tell theirs meanwhile.
    System.out.println("  %-24s %s".formatted(frame().name(), text));
    steps.append(text).append('\n');
  }

  public String namespace() {
    return frame().namespace();
  }

  public KubernetesClient client() {
    return frame().client();
  }

  public OperatorPods operator() {
    return frame().operator();
  }

  public Rig rig() {
    return rig;
  }

  /** Has something done at the end, however the story ends; the last one asked for comes first. */
  public void atTheEnd(Runnable action) {
    undo.push(action);
  }

  private Frame frame() {
    if (frame == null) {
      throw new IllegalStateException("the story has not begun");
    }
    return frame;
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    if (frame == null) {
      return; // it failed before it began, and says so
    }
    var told = frame;
    var failure = context.getExecutionException().orElse(null);
    var tookBeforeEnd = Duration.between(told.start(), Instant.now());
    if (failure != null) {
      report(told, failure);
    }
    var late = cleanUp(told);
    if (failure == null) {
      late = late == null ? scanLog(told) : late;
      if (late != null) {
        report(told, late);
      }
    } else if (late != null) {
      System.out.println("  " + told.name() + ", and after that: " + late.getMessage());
      late = null;
    }
    var outcome = failure == null && late == null ? "" : "  FAILED";
    var line = "story %-24s … %4d s%s".formatted(told.name(), tookBeforeEnd.toSeconds(), outcome);
    System.out.println(line);
    Files.createDirectories(Path.of("target"));
    Files.writeString(
        Path.of("target", "stories.txt"),
        line + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    told.client().close();
    if (late != null) {
      throw late;
    }
  }

  /**
   * Undoes every fault and deletes the namespace; one that fails does not keep the others from it.
   */
  private @Nullable AssertionError cleanUp(Frame told) {
    AssertionError first = null;
    if (!Options.keep()) {
      undo.addLast(() -> deleteNamespace(told));
    }
    while (!undo.isEmpty()) {
      try {
        undo.pop().run();
      } catch (AssertionError | KubernetesClientException e) {
        first = first == null ? new AssertionError("cleaning up: " + e.getMessage(), e) : first;
      }
    }
    return first;
  }

  /**
   * Waits until it is gone: what the operator says to that belongs to this story, not to the next.
   * Its pods go first, since Kubernetes looks again at a namespace with pods only after half of
   * their grace.
   */
  private static void deleteNamespace(Frame told) {
    var client = told.client();
    asked(() -> client.resources(CacheUser.class).inNamespace(told.namespace()).delete());
    asked(() -> client.resources(CacheCluster.class).inNamespace(told.namespace()).delete());
    asked(() -> client.apps().statefulSets().inNamespace(told.namespace()).delete());
    asked(() -> client.pods().inNamespace(told.namespace()).delete());
    Wait.until(
        "the pods of namespace " + told.namespace() + " are gone",
        GONE_WITHIN,
        () -> assertThat(client.pods().inNamespace(told.namespace()).list().getItems()).isEmpty());
    var namespace = client.namespaces().withName(told.namespace());
    namespace.delete();
    Wait.until(
        "namespace " + told.namespace() + " is gone",
        GONE_WITHIN,
        () -> assertThat(namespace.get()).isNull());
  }

  /** A thousand objects are not deleted within the time that one request may take. */
  private static void asked(ThrowingRunnable deletion) {
    Wait.until("all that is to go was asked to", GONE_WITHIN, deletion);
  }

  private @Nullable AssertionError scanLog(Frame told) {
    try {
      assertThat(told.operator().troubles(expectedTroubles))
          .as("errors in the operator's log that the story does not expect")
          .isEmpty();
      assertThat(told.operator().outOfMemory())
          .as("operator pods that ran out of memory in this story")
          .isEmpty();
      return null;
    } catch (AssertionError e) {
      return e;
    }
  }

  private void report(Frame told, Throwable failure) throws IOException {
    var directory =
        new FailureReport(told.client(), told.name(), told.namespace())
            .write(failure, steps.toString(), told.operator());
    System.out.println("  " + told.name() + " failed: " + failure.getMessage());
    System.out.println("  report: " + directory);
  }
}

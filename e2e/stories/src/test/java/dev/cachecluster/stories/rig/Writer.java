package dev.cachecluster.stories.rig;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A pod as an application has it, with nothing but the label and the binding, that runs a load
 * client: the one of {@code e2e/writer} unless another is asked for.
 */
public final class Writer {
  private static final Duration STARTS_WITHIN = Duration.ofSeconds(40);
  private static final Duration ENDS_WITHIN = Duration.ofMinutes(3);

  /**
   * Run before the load: a new pod's address has to reach every node's rules before it is let in,
   * and that is no gap of the cache. One long attempt: the kernel knocks again and again.
   */
  private static final List<String> PATH_IS_OPEN = List.of("--roundtrip", "--timeout", "20s");

  private final KubernetesClient client;
  private final Pod pod;

  /** The library that the load client writes with: how it takes a restart is a matter of that. */
  public enum Library {
    /** {@code e2e/writer}. */
    GO_REDIS("docker.io/example/cachecluster-writer:1"),
    /** {@code e2e/lettuce-writer}. */
    LETTUCE("docker.io/example/cachecluster-lettuce-writer:1");

    private final String image;

    Library(String image) {
      this.image = image;
    }
  }

  private Writer(KubernetesClient client, Pod pod) {
    this.client = client;
    this.pod = pod;
  }

  /** What a run of the load client found. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Result(
      long attempts,
      long acked,
      long failed,
      long lost,
      long unread,
      @JsonProperty("longest_gap_ms") long longestGapMs,
      @JsonProperty("longest_gap_began_s") double longestGapBegan,
      @JsonProperty("p99_ms") double p99Ms,
      Map<String, Long> errors) {
    @Override
    public String toString() {
      return acked
          + " acknowledged, "
          + failed
          + " failed, "
          + lost
          + " lost, longest gap "
          + longestGapMs
          + " ms (at "
          + longestGapBegan
          + " s), p99 "
          + p99Ms
          + " ms"
          + (errors.isEmpty() ? "" : ", " + errors);
    }

    /** No acknowledged write is missing, and all could be read. */
    public Result assertNothingLost() {
      assertThat(acked).as("acknowledged writes").isPositive();
      assertThat(lost).as("acknowledged and lost: " + this).isZero();
      assertThat(unread).as("acknowledged and unreadable: " + this).isZero();
      return this;
    }

    public Result assertNothingFailed() {
      assertThat(failed).as("failed writes: " + this).isZero();
      return this;
    }
  }

  /** Starts load of 1,000 writes a second and waits until the first are acknowledged. */
  public static Writer load(Story story, Cache cache, String... more) {
    return load(Library.GO_REDIS, story, cache, more);
  }

  /** The same with another library. */
  public static Writer load(Library library, Story story, Cache cache, String... more) {
    var arguments = new ArrayList<>(List.of("--rate", "1000", "--for", "15m", "--retries", "3"));
    arguments.addAll(List.of(more));
    var writer = start(library, story, cache, Optional.empty(), arguments);
    writer.awaitWriting();
    return writer;
  }

  /**
   * One question of the load client, such as {@code --roundtrip}, that must be answered well; gives
   * what it said.
   */
  public static String ask(Story story, Cache cache, String question) {
    var writer = start(story, cache, Optional.empty(), List.of(question, "--timeout", "2s"));
    int code = writer.awaitEnd(STARTS_WITHIN.multipliedBy(2));
    assertThat(code).as(question + ": " + writer.log()).isZero();
    return writer.log().strip();
  }

  /** One write and read of a key with this prefix, and what came of it, good or bad. */
  public static String roundtrip(Story story, Application application, String prefix) {
    var writer =
        start(
            Library.GO_REDIS,
            story,
            application,
            Optional.empty(),
            List.of(),
            List.of("--roundtrip", "--prefix", prefix, "--timeout", "5s", "--retries", "0"));
    writer.awaitEnd(STARTS_WITHIN.multipliedBy(2));
    return writer.log().strip();
  }

  /** Starts the load client with these arguments, on a node if one is named. */
  public static Writer start(
      Story story, Cache cache, Optional<String> node, List<String> arguments) {
    return start(Library.GO_REDIS, story, cache, node, arguments);
  }

  private static Writer start(
      Library library, Story story, Cache cache, Optional<String> node, List<String> arguments) {
    return start(
        library,
        story,
        cache.application(),
        node,
        List.of(container(library, "path", PATH_IS_OPEN)),
        arguments);
  }

  /** Load of an application on its own keys, until it is stopped. */
  public static Writer load(Story story, Application application, String prefix) {
    var writer =
        start(
            Library.GO_REDIS,
            story,
            application,
            Optional.empty(),
            List.of(container(Library.GO_REDIS, "path", pathIsOpen(prefix))),
            List.of("--rate", "1000", "--for", "15m", "--retries", "3", "--prefix", prefix));
    writer.awaitLine("acknowledged", STARTS_WITHIN);
    return writer;
  }

  private static List<String> pathIsOpen(String prefix) {
    return Stream.concat(PATH_IS_OPEN.stream(), Stream.of("--prefix", prefix)).toList();
  }

  private static Writer start(
      Library library,
      Story story,
      Application application,
      Optional<String> node,
      List<Container> first,
      List<String> arguments) {
    var pod =
        new PodBuilder()
            .withNewMetadata()
            .withGenerateName("writer-")
            .withNamespace(application.namespace())
            .addToLabels(application.labels())
            .endMetadata()
            .withNewSpec()
            .withNodeName(node.orElse(null))
            .withRestartPolicy("Never")
            .withAutomountServiceAccountToken(false)
            .withTerminationGracePeriodSeconds(120L)
            .withNewSecurityContext()
            .withRunAsNonRoot(true)
            .withRunAsUser(65532L)
            .withNewSeccompProfile()
            .withType("RuntimeDefault")
            .endSeccompProfile()
            .endSecurityContext()
            .withInitContainers(first)
            .withContainers(container(library, "writer", arguments))
            .addNewVolume()
            .withName("binding")
            .withNewSecret()
            .withSecretName(application.binding())
            .endSecret()
            .endVolume()
            .endSpec()
            .build();
    return new Writer(story.client(), story.client().resource(pod).create());
  }

  private static Container container(Library library, String name, List<String> arguments) {
    var all = new ArrayList<>(List.of("--binding", "/binding"));
    all.addAll(arguments);
    return new ContainerBuilder()
        .withName(name)
        .withImage(library.image)
        .withImagePullPolicy("IfNotPresent")
        .withArgs(all)
        // Who asks for nothing gets next to nothing on a full machine, and would measure that.
        .withNewResources()
        .addToRequests("cpu", new Quantity("250m"))
        .endResources()
        .withNewSecurityContext()
        .withAllowPrivilegeEscalation(false)
        .withReadOnlyRootFilesystem(true)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .endSecurityContext()
        .addNewVolumeMount()
        .withName("binding")
        .withMountPath("/binding")
        .withReadOnly(true)
        .endVolumeMount()
        .build();
  }

  private void awaitWriting() {
    Wait.until(
        "the path to the cache is open, or said to be closed",
        STARTS_WITHIN,
        () -> assertThat(resource().require().getStatus().getPhase()).isIn("Running", "Failed"));
    assertThat(resource().require().getStatus().getPhase())
        .as("no path to the cache: " + resource().inContainer("path").getLog())
        .isEqualTo("Running");
    awaitLine("acknowledged", STARTS_WITHIN);
  }

  /** Until the log has a line with these words. */
  public void awaitLine(String words, Duration atMost) {
    Wait.until("the load client says " + words, atMost, () -> assertThat(log()).contains(words));
  }

  private PodResource resource() {
    return client.pods().resource(pod);
  }

  public String log() {
    return resource().getLog();
  }

  /** Ends it, whatever it is doing. */
  public void end() {
    resource().withGracePeriod(0).delete();
  }

  /** Ends the writing; everything acknowledged is read back, and the result is what came of it. */
  public Result stop() {
    // A deadline ends the process as a deletion does, but leaves its log and its exit code.
    resource()
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"activeDeadlineSeconds\":1}}");
    return result(ENDS_WITHIN);
  }

  /** The result of a load whose time is over. */
  public Result result(Duration atMost) {
    awaitEnd(atMost);
    var line =
        log()
            .lines()
            .filter(text -> text.startsWith("{"))
            .findFirst()
            .orElseThrow(() -> new AssertionError("the load client gave no result: " + log()));
    return Serialization.unmarshal(line, Result.class);
  }

  /** Its exit code, once it has ended. */
  public int awaitEnd(Duration atMost) {
    Wait.until("the load client has ended", atMost, () -> assertThat(terminated()).isPresent());
    return terminated().orElseThrow().getExitCode();
  }

  private Optional<ContainerStateTerminated> terminated() {
    return resource().require().getStatus().getContainerStatuses().stream()
        .flatMap(status -> Optional.ofNullable(status.getState().getTerminated()).stream())
        .findFirst();
  }
}

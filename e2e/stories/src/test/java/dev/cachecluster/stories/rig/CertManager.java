package dev.cachecluster.stories.rig;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The real cert-manager, as a process beside the rig; its definitions go with it. */
public final class CertManager {
  private static final Duration READY = Duration.ofSeconds(60);
  private static final Duration GONE = Duration.ofSeconds(60);
  private static final int END_SECONDS = 10;
  private static final String RUNNING = "certmanager: running";

  private static final ResourceDefinitionContext ISSUER = kind("Issuer", "issuers");
  private static final ResourceDefinitionContext CERTIFICATE = kind("Certificate", "certificates");

  private final KubernetesClient client;
  private final String namespace;

  private CertManager(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  private static ResourceDefinitionContext kind(String kind, String plural) {
    return new ResourceDefinitionContext.Builder()
        .withGroup("cert-manager.io")
        .withVersion("v1")
        .withKind(kind)
        .withPlural(plural)
        .withNamespaced(true)
        .build();
  }

  /**
   * Installs and starts it; both are undone at the end of the story. A cluster that has one already
   * is not touched: two would issue against each other.
   */
  public static CertManager start(Story story) {
    var client = story.client();
    var definitions = definitions(client);
    for (var definition : definitions) {
      if (client.resource(definition).get() != null) {
        throw new AssertionError(
            "the cluster has cert-manager's " + definition.getMetadata().getName() + " already");
      }
    }
    story.atTheEnd(() -> remove(client, definitions));
    definitions.forEach(definition -> client.resource(definition).create());
    run(story);
    return new CertManager(client, story.namespace());
  }

  private static Path program() {
    var program = Options.repository().resolve("e2e/certmanager/bin/certmanager");
    if (!Files.isExecutable(program)) {
      throw new AssertionError(program + " is not there; scripts/stories.sh builds it");
    }
    return program;
  }

  private static List<HasMetadata> definitions(KubernetesClient client) {
    try {
      var process = new ProcessBuilder(program().toString(), "crds").start();
      var text = process.getInputStream().readAllBytes();
      var items = client.load(new ByteArrayInputStream(text)).items();
      assertThat(items).as("definitions of cert-manager").hasSizeGreaterThanOrEqualTo(4);
      assertThat(items).hasOnlyElementsOfType(CustomResourceDefinition.class);
      return items;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void run(Story story) {
    try {
      Files.createDirectories(Path.of("target"));
      var said = Path.of("target", "certmanager.out");
      var process =
          new ProcessBuilder(
                  program().toString(),
                  "run",
                  "--kubeconfig",
                  story.rig().run("kubeconfig").strip())
              .redirectOutput(said.toFile())
              .redirectError(Path.of("target", "certmanager.log").toFile())
              .start();
      story.atTheEnd(() -> end(process));
      Wait.until(
          "cert-manager runs, see target/certmanager.log",
          READY,
          () -> {
            assertThat(process.isAlive()).as("its process lives").isTrue();
            assertThat(Files.readString(said)).contains(RUNNING);
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void end(Process process) {
    process.destroy();
    try {
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("cert-manager did not end within " + END_SECONDS + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void remove(KubernetesClient client, List<HasMetadata> definitions) {
    definitions.forEach(definition -> client.resource(definition).delete());
    Wait.until(
        "the definitions of cert-manager are gone",
        GONE,
        () ->
            assertThat(definitions)
                .allSatisfy(each -> assertThat(client.resource(each).get()).isNull()));
  }

  /** An issuer of this name, with a root of its own whose common name is the name. */
  public void createIssuer(String name) {
    create(
        ISSUER,
        """
        {"apiVersion": "cert-manager.io/v1", "kind": "Issuer", "metadata": {"name": "%s-root"},
         "spec": {"selfSigned": {}}}
        """
            .formatted(name));
    create(
        CERTIFICATE,
        """
        {"apiVersion": "cert-manager.io/v1", "kind": "Certificate", "metadata": {"name": "%1$s"},
         "spec": {"isCA": true, "commonName": "%1$s", "secretName": "%1$s", "duration": "8760h",
                  "privateKey": {"algorithm": "ECDSA", "size": 256},
                  "issuerRef": {"name": "%1$s-root", "kind": "Issuer"}}}
        """
            .formatted(name));
    create(
        ISSUER,
        """
        {"apiVersion": "cert-manager.io/v1", "kind": "Issuer", "metadata": {"name": "%1$s"},
         "spec": {"ca": {"secretName": "%1$s"}}}
        """
            .formatted(name));
  }

  /** The names of its Certificates. */
  public List<String> certificates() {
    return client
        .genericKubernetesResources(CERTIFICATE)
        .inNamespace(namespace)
        .list()
        .getItems()
        .stream()
        .map(each -> each.getMetadata().getName())
        .toList();
  }

  private void create(ResourceDefinitionContext kind, String json) {
    client
        .genericKubernetesResources(kind)
        .inNamespace(namespace)
        .resource(Serialization.unmarshal(json, GenericKubernetesResource.class))
        .create();
  }
}

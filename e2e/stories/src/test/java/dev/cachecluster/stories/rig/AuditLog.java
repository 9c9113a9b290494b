package dev.cachecluster.stories.rig;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the API server wrote down: every request, with who asked and what became of it. */
public final class AuditLog {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> WRITES =
      Set.of("create", "update", "patch", "delete", "deletecollection");
  private static final String ACCOUNT =
      "system:serviceaccount:" + OperatorPods.NAMESPACE + ":" + OperatorPods.NAME;

  private final Path file;

  public AuditLog(Path file) {
    this.file = file;
  }

  /**
   * One request.
   *
   * @param resource plural, with its subresource: {@code pods/status}
   * @param allowed whether the account had the right to it
   * @param created whether it made the object: a patch that does needs the right to create, too
   */
  public record Request(
      Instant at,
      String user,
      String verb,
      String group,
      String resource,
      String namespace,
      String name,
      boolean allowed,
      boolean created) {
    public boolean isOperators() {
      return user.equals(ACCOUNT);
    }

    public boolean isWrite() {
      return WRITES.contains(verb);
    }

    public boolean isLease() {
      return resource.equals("leases");
    }
  }

  /** Requests about objects that were answered from this moment on. */
  public List<Request> since(Instant from) {
    try (var lines = Files.lines(file)) {
      return lines
          .filter(line -> line.contains(ACCOUNT))
          .flatMap(line -> parse(line).stream())
          .filter(request -> !request.at().isBefore(from))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Empty for a line that is still being written, and for requests that name no resource. */
  private static Optional<Request> parse(String line) {
    JsonNode event;
    try {
      event = JSON.readTree(line);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
    var object = event.path("objectRef");
    if (!object.has("resource")) {
      return Optional.empty();
    }
    var subresource = object.path("subresource").asText();
    return Optional.of(
        new Request(
            Instant.parse(event.path("stageTimestamp").asText()),
            event.path("user").path("username").asText(),
            event.path("verb").asText(),
            object.path("apiGroup").asText(),
            object.path("resource").asText() + (subresource.isEmpty() ? "" : "/" + subresource),
            object.path("namespace").asText(),
            object.path("name").asText(),
            "allow"
                .equals(event.path("annotations").path("authorization.k8s.io/decision").asText()),
            event.path("responseStatus").path("code").asInt() == HttpURLConnection.HTTP_CREATED));
  }
}

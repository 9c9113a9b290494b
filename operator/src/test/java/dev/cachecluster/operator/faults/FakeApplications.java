package dev.cachecluster.operator.faults;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cachecluster.operator.mockapi.Kind;
import dev.cachecluster.operator.mockapi.MockApi;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** What applications hold of their bindings: the newest, or one that a kubelet has not replaced. */
final class FakeApplications {
  /** As late as a kubelet may be. */
  private static final Duration LAG = Duration.ofSeconds(90);

  private record Version(String binding, FakeTls tls, Optional<Instant> replaced) {
    Version replacedAt(Instant now) {
      return new Version(binding, tls, replaced.or(() -> Optional.of(now)));
    }
  }

  private List<Version> held = List.of();

  FakeApplications fork() {
    var fork = new FakeApplications();
    fork.held = held;
    return fork;
  }

  /** Looks at the bindings; what any of them would meet with at a server that refuses it. */
  List<String> look(MockApi api, List<FakeServer> servers, Instant now) {
    var versions = new ArrayList<Version>();
    for (var user : api.lookAll(Kind.CACHE_USER)) {
      var name = user.path("metadata").path("name").asText() + "-binding";
      api.look(Kind.SECRET, World.NAMESPACE, name)
          .filter(FakeApplications::isReadable)
          .map(
              secret ->
                  FakeTls.of(
                      text(secret.path("data").path("ca.crt").asText()),
                      text(secret.path("data").path("tls.crt").asText())))
          .ifPresent(tls -> versions.add(new Version(name, tls, Optional.empty())));
    }
    for (var old : held) {
      if (versions.stream()
          .noneMatch(
              each -> each.binding().equals(old.binding()) && each.tls().equals(old.tls()))) {
        versions.add(old.replacedAt(now));
      }
    }
    versions.removeIf(each -> each.replaced().filter(at -> at.plus(LAG).isBefore(now)).isPresent());
    held = List.copyOf(versions);
    var refused = new ArrayList<String>();
    for (var version : versions) {
      for (var server : servers) {
        if (!server.tls().admits(version.tls())) {
          refused.add(now + ": " + version.binding() + " and " + server.member);
        }
      }
    }
    return refused;
  }

  /** With what is not, an application does not get as far as a handshake. */
  private static boolean isReadable(ObjectNode secret) {
    return text(secret.path("data").path("tls.crt").asText()).startsWith("-----BEGIN CERTIFICATE");
  }

  private static String text(String base64) {
    return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
  }
}

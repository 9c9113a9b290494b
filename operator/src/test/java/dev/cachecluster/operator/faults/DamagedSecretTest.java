package dev.cachecluster.operator.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.cachecluster.operator.mockapi.ApiRequest;
import dev.cachecluster.operator.mockapi.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Somebody damages a Secret of a cache that serves. It goes on serving those whom it served, lets
 * in nobody else, and comes back by itself, or says which Secret a person has to look at. In short
 * form a quarter is met by the operator that knew the Secret before, and another by a new one.
 */
class DamagedSecretTest {
  private static final String PATH = "/api/v1/namespaces/" + World.NAMESPACE + "/secrets/";
  private static final World SETTLED = settled();
  private final Quiet quiet = Quiet.begin();

  @AfterEach
  void loud() {
    quiet.end();
  }

  /** What is done to a Secret. */
  enum Damage {
    DELETED,
    EMPTIED {
      @Override
      void change(ObjectNode secret) {
        secret.remove("data");
      }
    },
    NEWLINE {
      @Override
      void change(ObjectNode secret) {
        eachValue(secret, value -> bytes(value, "\n".getBytes(StandardCharsets.UTF_8)));
      }
    },
    NOT_UTF8 {
      @Override
      void change(ObjectNode secret) {
        eachValue(secret, value -> bytes(new byte[0], new byte[] {(byte) 0xff, (byte) 0xfe, 0}));
      }
    },
    EMPTIED_AND_IMMUTABLE {
      @Override
      void change(ObjectNode secret) {
        secret.remove("data");
        secret.put("immutable", true);
      }
    },
    IMMUTABLE {
      @Override
      void change(ObjectNode secret) {
        secret.put("immutable", true);
      }
    },
    SOMEBODY_ELSES {
      @Override
      void change(ObjectNode secret) {
        secret
            .withObject("/metadata")
            .putArray("ownerReferences")
            .addObject()
            .put("apiVersion", "v1")
            .put("kind", "ConfigMap")
            .put("name", "other")
            .put("uid", "00000000-0000-0000-0000-00000000000f");
      }
    },
    UNLABELLED {
      @Override
      void change(ObjectNode secret) {
        secret.withObject("/metadata").remove("labels");
      }
    };

    void change(ObjectNode secret) {}

    private static void eachValue(ObjectNode secret, UnaryOperator<byte[]> change) {
      secret
          .withObject("/data")
          .properties()
          .forEach(
              entry ->
                  entry.setValue(
                      TextNode.valueOf(
                          Base64.getEncoder()
                              .encodeToString(
                                  change.apply(
                                      Base64.getDecoder().decode(entry.getValue().asText()))))));
    }

    private static byte[] bytes(byte[] first, byte[] second) {
      var all = new byte[first.length + second.length];
      System.arraycopy(first, 0, all, 0, first.length);
      System.arraycopy(second, 0, all, first.length, second.length);
      return all;
    }
  }

  private static World settled() {
    var world = new World(1);
    Scenario.CREDENTIALS_ROTATED.prepare(world);
    return world;
  }

  private static List<String> secrets() {
    return SETTLED.api.lookAll(Kind.SECRET).stream()
        .map(secret -> secret.path("metadata").path("name").asText())
        .toList();
  }

  private record Row(String name, Damage damage) {}

  private static List<Row> rows() {
    return secrets().stream()
        .flatMap(name -> Stream.of(Damage.values()).map(damage -> new Row(name, damage)))
        .toList();
  }

  /** What this operator meets; in short form others meet a new one. */
  static Stream<Arguments> cases() {
    return ShortForm.part(rows(), 4, 0).map(row -> Arguments.of(row.name(), row.damage()));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("cases")
  void isMendedOrNamed(String name, Damage damage) {
    var world = SETTLED.fork();
    world.round();
    var before = accessLists(world);
    damage(world, name, damage);
    for (int round = 0; round < 40; round++) {
      world.round();
      assertNobodyLetInOrLockedOut(world, before);
    }
    if (!isMended(world)) {
      assertThat(told(world)).as(world::report).contains(name);
      delete(world, name);
      Scenario.settle(world);
    }
    assertThat(world.servers.writable().getFirst().keys).as("keys of the primary").hasSize(10);
    assertThat(world.servers.overwritten).isEmpty();
    if (!name.endsWith("-binding")) {
      assertThat(world.servers.refused).as("refused handshakes").isEmpty();
    }
  }

  /** The same, by an operator that has just begun and remembers nothing. */
  @ParameterizedTest
  @EnumSource
  void isMendedOrNamedByANewOperator(Damage damage) {
    var wrong = new ArrayList<String>();
    var names =
        ShortForm.part(rows(), 4, 2).filter(row -> row.damage() == damage).map(Row::name).toList();
    for (var name : names) {
      var world = SETTLED.fork();
      damage(world, name, damage);
      world.restartOperator();
      try {
        for (int round = 0; round < 40; round++) {
          world.round();
        }
        if (!isMended(world)) {
          assertThat(told(world)).as(world::report).contains(name);
          delete(world, name);
          if (world.until(world::isSettled, 20) < 0 && !isMended(world)) {
            assertThat(told(world)).as(world::report).contains("which empties it");
            world.servers.running().forEach(world.servers::kill);
            Scenario.settle(world);
          }
        }
      } catch (AssertionError e) {
        wrong.add(name + ": " + e.getMessage());
      }
    }
    assertThat(wrong).isEmpty();
  }

  /**
   * An authority is mended by a new one, and waits until everybody has heard of it. A status that
   * only stands because every pass fails says nothing.
   */
  private static boolean isMended(World world) {
    if (world.reason("Reconciling").equals("Rotating")) {
      world.until(world::isSettled, 160);
    }
    world.thrown.clear();
    world.round();
    return world.thrown.isEmpty() && world.isSettled();
  }

  private static void damage(World world, String name, Damage damage) {
    if (damage == Damage.DELETED) {
      delete(world, name);
    } else {
      world.api.change(Kind.SECRET, World.NAMESPACE, name, damage::change);
    }
  }

  private static void delete(World world, String name) {
    world.api.handle(ApiRequest.of("DELETE", PATH + name, "", "", ""));
  }

  private static List<String> accessLists(World world) {
    return world.servers.running().stream().map(server -> server.accessList).toList();
  }

  private static void assertNobodyLetInOrLockedOut(World world, List<String> before) {
    assertThat(world.servers.running()).as(world::report).hasSize(3);
    for (var server : world.servers.running()) {
      var users = server.accessList.lines().toList();
      assertThat(users).as("default").anyMatch(line -> line.startsWith("user default off "));
      for (var line : before.getFirst().lines().filter(line -> line.contains(".cart~")).toList()) {
        assertThat(users)
            .as(world::report)
            .anyMatch(now -> now.startsWith(line.substring(0, line.indexOf('#'))));
      }
      assertThat(users).as(world::report).hasSameSizeAs(before.getFirst().lines().toList());
    }
  }

  /** All that conditions say, of the cache and of its users. */
  private static String told(World world) {
    var text = new StringBuilder();
    for (var kind : List.of(Kind.CACHE_CLUSTER, Kind.CACHE_USER)) {
      for (var object : world.api.lookAll(kind)) {
        for (var condition : object.path("status").path("conditions")) {
          text.append(condition.path("message").asText()).append('\n');
        }
      }
    }
    return text.toString();
  }
}

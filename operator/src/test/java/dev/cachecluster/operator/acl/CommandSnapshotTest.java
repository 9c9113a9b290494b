package dev.cachecluster.operator.acl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.operator.acl.AclUser.Credentials;
import dev.cachecluster.operator.acl.ServerUser.Slot;
import dev.cachecluster.operator.engine.Engine;
import dev.cachecluster.operator.engine.RespClient.ErrorReply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What each kind of user may do with every command that a server has, by the server's own judgement
 * (ACL DRYRUN), beside a copy that was reviewed. A new engine, a new command and a changed role
 * show as lines that differ. Accept them with {@code -Dgolden.update=true}, after reading them.
 */
class CommandSnapshotTest {
  private static final boolean UPDATE = Boolean.getBoolean("golden.update");
  private static final Path GOLDEN = Path.of("src/test/resources/acl");
  private static final String METRICS = "metrics";
  private static final String NO = "-";
  private static final String OWN = "own";
  private static final String YES = "yes";
  private static final String HEAD =
      """
      # What each kind of user may do with every command of this engine, as ACL DRYRUN judges it.
      #   own  with keys and channels of its own patterns only
      #   yes  with anything: the command names no key and no channel
      #   -    not at all
      # Containers are left out; their subcommands stand below them. hello, auth, quit and reset
      # need no right in any engine.
      # alone: ReadWrite where no other tenant has keys. custom: hash, keyspace, pubsub, scripting.
      # Made by: scripts/maven.sh -pl operator test -Dtest=CommandSnapshotTest -Dgolden.update=true
      """;

  private static final Map<String, AclUser> APPLICATIONS = applications();

  private static Map<String, AclUser> applications() {
    Map<String, AclUser> users = new LinkedHashMap<>();
    users.put("readonly", tenant("readonly", new Role.ReadOnly(), true));
    users.put("readwrite", tenant("readwrite", new Role.ReadWrite(), true));
    users.put("alone", tenant("alone", new Role.ReadWrite(), false));
    users.put(
        "custom",
        tenant(
            "custom",
            new Role.Custom(
                EnumSet.of(Category.HASH, Category.KEYSPACE, Category.PUBSUB, Category.SCRIPTING)),
            true));
    users.put(METRICS, TenantLab.exporter());
    return users;
  }

  private static AclUser tenant(String name, Role role, boolean shared) {
    return new Rights(List.of("a:*"), List.of("a:*"), role)
        .user(
            new ServerUser("shop", name, Slot.A), Credentials.password(TenantLab.PASSWORD), shared);
  }

  /** Column to name of the user. */
  private static Map<String, String> columns() {
    Map<String, String> columns = new LinkedHashMap<>();
    APPLICATIONS.forEach((column, user) -> columns.put(column, user.name()));
    columns.put("operator", SystemUsers.OPERATOR);
    columns.put("replication", SystemUsers.REPLICATION);
    columns.put("probe", SystemUsers.PROBE);
    return columns;
  }

  private static TenantLab lab(Engine engine) throws IOException {
    return new TenantLab(engine, APPLICATIONS.values().toArray(AclUser[]::new));
  }

  @ParameterizedTest
  @EnumSource
  void everyCommandIsAllowedToWhomItWasReviewedToBe(Engine engine) throws Exception {
    try (TenantLab lab = lab(engine)) {
      StringBuilder table = new StringBuilder(HEAD);
      List<String> header = new ArrayList<>(List.of("command"));
      header.addAll(columns().keySet());
      table.append(row(header));
      judgements(lab).forEach((name, judged) -> table.append(row(cells(name, judged))));

      Path file = GOLDEN.resolve(nameOf(engine) + ".txt");
      if (UPDATE) {
        Files.createDirectories(GOLDEN);
        Files.writeString(file, table.toString());
      }
      assertThat(table.toString())
          .as("%s; if the change is wanted, see its head", file)
          .isEqualTo(Files.exists(file) ? Files.readString(file) : "");
    }
  }

  private static String nameOf(Engine engine) {
    return engine.name().toLowerCase(Locale.ROOT).replaceFirst("_", "-").replace('_', '.');
  }

  private static List<String> cells(String name, Map<String, String> judged) {
    List<String> cells = new ArrayList<>(List.of(name));
    cells.addAll(judged.values());
    return cells;
  }

  private static String row(List<String> cells) {
    StringBuilder row = new StringBuilder("%-32s".formatted(cells.getFirst()));
    cells.subList(1, cells.size()).forEach(cell -> row.append("%-12s".formatted(cell)));
    return row.toString().stripTrailing() + "\n";
  }

  /** Command to column to judgement. */
  private static Map<String, Map<String, String>> judgements(TenantLab lab) throws IOException {
    Collection<String> names = new TreeSet<>(TenantLab.strings(lab.root.call("COMMAND", "LIST")));
    assertThat(names).hasSizeGreaterThan(350);
    Map<String, Map<String, String>> table = new TreeMap<>();
    for (String name : names) {
      if (names.stream().noneMatch(other -> other.startsWith(name + "|"))) {
        CommandShape shape = CommandShape.ask(lab.root, name);
        Map<String, String> judged = new LinkedHashMap<>();
        for (Map.Entry<String, String> column : columns().entrySet()) {
          judged.put(column.getKey(), judge(lab, column.getValue(), shape));
        }
        table.put(name, judged);
      }
    }
    return table;
  }

  private static String judge(TenantLab lab, String user, CommandShape shape) throws IOException {
    boolean own = allows(lab, user, shape.words("a:*"));
    boolean others = allows(lab, user, shape.words("b:*"));
    assertThat(own || !others).as("%s on others' keys only: %s", user, shape).isTrue();
    if (own && others) {
      assertThat(shape.hasKeys()).as("%s on others' keys: %s", user, shape).isFalse();
    }
    return !own ? NO : others ? YES : OWN;
  }

  private static boolean allows(TenantLab lab, String user, List<String> words) throws IOException {
    String[] question =
        Stream.concat(Stream.of("ACL", "DRYRUN", user), words.stream()).toArray(String[]::new);
    return "OK".equals(lab.root.call(question));
  }

  /** Not only as reviewed, but as designed: what no review may accept. */
  @ParameterizedTest
  @EnumSource
  void noDangerousOrAdministrativeCommandIsOpenToAnApplicationButInfo(Engine engine)
      throws Exception {
    try (TenantLab lab = lab(engine)) {
      TreeSet<String> open = new TreeSet<>();
      TreeSet<String> openToMetrics = new TreeSet<>();
      Map<String, Map<String, String>> table = judgements(lab);
      for (String category : List.of("dangerous", "admin")) {
        List<String> members = TenantLab.strings(lab.root.call("ACL", "CAT", category));
        assertThat(members).hasSizeGreaterThan(50);
        for (String name : members) {
          Map<String, String> judged = table.getOrDefault(name, Map.of());
          APPLICATIONS.keySet().stream()
              .filter(column -> !NO.equals(judged.getOrDefault(column, NO)))
              .forEach(column -> (column.equals(METRICS) ? openToMetrics : open).add(name));
        }
      }
      assertThat(open).containsExactly("info");
      assertThat(openToMetrics)
          .containsExactly("info", "latency|histogram", "latency|latest", "slowlog|len");
    }
  }

  @ParameterizedTest
  @EnumSource
  void theServerJudgesAsTheRulesAreReadHere(Engine engine) throws Exception {
    try (TenantLab lab = lab(engine)) {
      Map<String, Map<String, String>> table = judgements(lab);
      for (Map.Entry<String, AclUser> application : APPLICATIONS.entrySet()) {
        TreeSet<String> byServer = new TreeSet<>();
        table.forEach(
            (name, judged) -> {
              if (!NO.equals(judged.get(application.getKey()))) {
                byServer.add(name);
              }
            });
        TreeSet<String> byUs =
            new TreeSet<>(CommandRules.of(application.getValue().commands()).names());
        byUs.removeIf(name -> !table.containsKey(name));
        byUs.addAll(List.of("auth", "hello", "quit", "reset"));
        byServer.removeIf(name -> !KnownCommands.REDIS_7_0.names().contains(name));
        assertThat(byUs).as(application.getKey()).isEqualTo(byServer);
      }
    }
  }

  /** Of the categories that say how and not what, no role makes use. */
  @ParameterizedTest
  @EnumSource
  void theTableOfKnownCommandsIsTheServersOwn(Engine engine) throws Exception {
    try (TenantLab lab = lab(engine)) {
      List<String> known = KnownCommands.REDIS_7_0.names();
      assertThat(TenantLab.strings(lab.root.call("COMMAND", "LIST"))).containsAll(known);
      List<String> categories = new ArrayList<>(TenantLab.strings(lab.root.call("ACL", "CAT")));
      if (engine != Engine.REDIS_7_0) {
        categories.removeAll(List.of("fast", "slow", "blocking"));
      }
      for (String category : categories) {
        List<String> ours = CommandRules.of(List.of("+@" + category)).names();
        List<String> servers = TenantLab.strings(lab.root.call("ACL", "CAT", category));
        assertThat(servers).as(category).allMatch(n -> ours.contains(n) || !known.contains(n));
        assertThat(ours)
            .as(category)
            .allMatch(n -> servers.contains(n) || servers.contains(n.replaceFirst("\\|.*", "")));
        if (engine == Engine.REDIS_7_0) {
          assertThat(ours).as(category).containsAll(servers);
        }
      }
    }
  }

  /** Fails if it does not: a wrong number of words is an error and no judgement. */
  @ParameterizedTest
  @EnumSource
  void aQuestionThatIsNoCommandIsNotTakenForARefusal(Engine engine) throws Exception {
    try (TenantLab lab = lab(engine)) {
      String user = APPLICATIONS.values().iterator().next().name();
      ErrorReply error = null;
      try {
        allows(lab, user, List.of("GET"));
      } catch (ErrorReply e) {
        error = e;
      }
      assertThat(error).isNotNull().hasMessageContaining("wrong number");
    }
  }
}

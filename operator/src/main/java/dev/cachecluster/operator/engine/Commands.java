package dev.cachecluster.operator.engine;

import dev.cachecluster.operator.acl.AclChange;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.output.IntegerOutput;
import io.lettuce.core.output.MapOutput;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.output.StringListOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The commands that the operator sends, all of them. What is not here is not in the operator. */
final class Commands {
  private Commands() {}

  static AsyncCommand<String, String, String> info(String... sections) {
    return command(CommandType.INFO, new StatusOutput<>(StringCodec.UTF8), sections);
  }

  static AsyncCommand<String, String, String> replicaOf(String host, String port) {
    return command(CommandType.REPLICAOF, new StatusOutput<>(StringCodec.UTF8), host, port);
  }

  static AsyncCommand<String, String, Map<String, String>> configGet(Set<String> names) {
    CommandArgs<String, String> args = args("GET");
    new TreeSet<>(names).forEach(args::add);
    return new AsyncCommand<>(
        new Command<>(CommandType.CONFIG, new MapOutput<>(StringCodec.UTF8), args));
  }

  static AsyncCommand<String, String, String> configSet(Map<String, String> settings) {
    CommandArgs<String, String> args = args("SET");
    new TreeMap<>(settings).forEach((name, value) -> args.add(name).add(value));
    return new AsyncCommand<>(
        new Command<>(CommandType.CONFIG, new StatusOutput<>(StringCodec.UTF8), args));
  }

  static AsyncCommand<String, String, List<String>> aclList() {
    return command(CommandType.ACL, new StringListOutput<>(StringCodec.UTF8), "LIST");
  }

  static AsyncCommand<String, String, String> aclLoad() {
    return command(CommandType.ACL, new StatusOutput<>(StringCodec.UTF8), "LOAD");
  }

  static AsyncCommand<String, String, ?> acl(AclChange.Step step) {
    var words = step.words().subList(1, step.words().size()).toArray(String[]::new);
    return switch (step) {
      case AclChange.Step.Set _ ->
          command(CommandType.ACL, new StatusOutput<>(StringCodec.UTF8), words);
      case AclChange.Step.Delete _ ->
          command(CommandType.ACL, new IntegerOutput<>(StringCodec.UTF8), words);
    };
  }

  static AsyncCommand<String, String, String> clientList() {
    return command(CommandType.CLIENT, new StatusOutput<>(StringCodec.UTF8), "LIST");
  }

  static AsyncCommand<String, String, String> pauseWrites(Duration limit) {
    return command(
        CommandType.CLIENT,
        new StatusOutput<>(StringCodec.UTF8),
        "PAUSE",
        Long.toString(limit.toMillis()),
        "WRITE");
  }

  static AsyncCommand<String, String, List<String>> readMark() {
    return command(
        CommandType.FCALL_RO, new StringListOutput<>(StringCodec.UTF8), LineMark.NAME, "0");
  }

  static AsyncCommand<String, String, String> writeMark(LineMark mark) {
    return command(
        CommandType.FUNCTION,
        new StatusOutput<>(StringCodec.UTF8),
        "LOAD",
        "REPLACE",
        mark.library());
  }

  static AsyncCommand<String, String, String> unpause() {
    return command(CommandType.CLIENT, new StatusOutput<>(StringCodec.UTF8), "UNPAUSE");
  }

  static AsyncCommand<String, String, Long> killType(String type) {
    return command(
        CommandType.CLIENT,
        new IntegerOutput<>(StringCodec.UTF8),
        "KILL",
        "TYPE",
        type,
        "SKIPME",
        "yes");
  }

  static AsyncCommand<String, String, Long> killUser(String user) {
    return command(
        CommandType.CLIENT,
        new IntegerOutput<>(StringCodec.UTF8),
        "KILL",
        "USER",
        user,
        "SKIPME",
        "yes");
  }

  private static <T> AsyncCommand<String, String, T> command(
      CommandType type, CommandOutput<String, String, T> output, String... words) {
    return new AsyncCommand<>(new Command<>(type, output, args(words)));
  }

  private static CommandArgs<String, String> args(String... words) {
    CommandArgs<String, String> args = new CommandArgs<>(StringCodec.UTF8);
    for (String word : words) {
      args.add(word);
    }
    return args;
  }
}

package dev.cachecluster.lettucewriter;

import static java.util.stream.Collectors.joining;

import dev.cachecluster.lettucewriter.Target.Address;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the command line asks for: the part of the one of {@code e2e/writer} that stories use. */
record Options(Target target, Load load, boolean roundtrip) {
  private static final String INTRODUCTION =
      """
      Usage: lettuce-writer --binding DIR [options]        load: write, then read everything acknowledged back
             lettuce-writer --binding DIR --roundtrip      write and read one key, say how

      The load client of the stories on Lettuce, the client that Java applications use. The binding is a directory in the
      form of the Service Binding specification: type, provider, host, port, username, password, uri, ca.crt, tls.crt,
      tls.key. It is read again for every connection. Only TLS 1.3 is spoken; the server's chain and name are verified.

      Load prints one line of JSON on standard output and progress on standard error. SIGTERM ends the writing; everything
      acknowledged is still read back. Exit code 0: nothing was lost and everything could be read. 1: otherwise. 2: it could
      not be tried.

      Options:
      """;

  private static final List<Option> KNOWN =
      List.of(
          new Option("binding", "DIR", "", "directory of the mounted binding"),
          new Option(
              "address",
              "HOST:PORT",
              "",
              "where to dial instead of the binding's; the server's name stays the binding's"),
          new Option(
              "timeout", "DURATION", "1s", "limit of a connect and of a command, waiting included"),
          new Option("retries", "N", "1", "retries of one write before it counts as failed"),
          new Option("retry-wait", "DURATION", "20ms", "pause before a retry"),
          new Option(
              "prefix",
              "TEXT",
              "w:",
              "prefix of the keys written; the user must be allowed to write there"),
          new Option("run", "NAME", "", "name of this run, part of every key; by default random"),
          new Option("workers", "N", "4", "writers, each with a connection of its own"),
          new Option("rate", "N", "1000", "writes a second, all workers together"),
          new Option("for", "DURATION", "30s", "how long to write"),
          new Option(
              "fresh-connections",
              "N",
              "0",
              "every second worker opens a new connection for every Nth of its writes"),
          new Option("verify-after", "DURATION", "2s", "pause before reading back"),
          new Option("verify-within", "DURATION", "1m", "limit of the reading back"),
          new Option("roundtrip", "", "false", "write and read one key and say how"));

  private static final Pattern WORD = Pattern.compile("--?([a-z][a-z-]*)(?:=(.*))?");

  private record Option(String name, String argument, String preset, String what) {
    boolean isSwitch() {
      return argument.isEmpty();
    }

    String help() {
      String shown = preset.isEmpty() || isSwitch() ? "" : " (default " + preset + ")";
      return "  --%-28s %s%s\n".formatted((name + " " + argument).strip(), what, shown);
    }
  }

  static String help() {
    return INTRODUCTION + KNOWN.stream().map(Option::help).collect(joining());
  }

  static boolean asksForHelp(List<String> arguments) {
    return arguments.contains("--help") || arguments.contains("-help") || arguments.contains("-h");
  }

  static Options parse(List<String> arguments) {
    Given given = Given.of(arguments);
    String binding = given.text("binding");
    if (binding.isEmpty()) {
      throw new UsageException("--binding DIR is required; --help lists the options");
    }
    String address = given.text("address");
    String run = given.text("run");
    return new Options(
        new Target(
            Path.of(binding),
            address.isEmpty() ? Optional.empty() : Optional.of(Address.parse(address)),
            given.duration("timeout"),
            given.number("retries"),
            given.duration("retry-wait")),
        new Load(
            given.text("prefix"),
            run.isEmpty() ? Load.newRun() : run,
            given.number("workers"),
            given.number("rate"),
            given.duration("for"),
            given.number("fresh-connections"),
            given.duration("verify-after"),
            given.duration("verify-within")),
        given.text("roundtrip").equals("true"));
  }

  /** The value of every option, given or preset. */
  private record Given(Map<String, String> values) {
    static Given of(List<String> arguments) {
      Map<String, String> values = new HashMap<>();
      KNOWN.forEach(option -> values.put(option.name(), option.preset()));
      Iterator<String> words = arguments.iterator();
      while (words.hasNext()) {
        String word = words.next();
        Matcher parts = WORD.matcher(word);
        if (!parts.matches()) {
          throw new UsageException("unexpected \"" + word + "\"; --help lists the options");
        }
        Option option = option(String.valueOf(parts.group(1)));
        String value = parts.group(2);
        if (value == null && !option.isSwitch()) {
          if (!words.hasNext()) {
            throw new UsageException("--" + option.name() + " needs a value: " + option.argument());
          }
          value = words.next();
        }
        values.put(option.name(), value == null ? "true" : value);
      }
      return new Given(values);
    }

    private static Option option(String name) {
      return KNOWN.stream()
          .filter(known -> known.name().equals(name))
          .findFirst()
          .orElseThrow(
              () ->
                  new UsageException(
                      "there is no option --" + name + "; --help lists the options"));
    }

    String text(String option) {
      return values.getOrDefault(option, "");
    }

    int number(String option) {
      try {
        return Integer.parseInt(text(option));
      } catch (NumberFormatException e) {
        throw new UsageException("--" + option + " \"" + text(option) + "\" is not a number");
      }
    }

    Duration duration(String option) {
      return GoDuration.parse(option, text(option));
    }
  }
}

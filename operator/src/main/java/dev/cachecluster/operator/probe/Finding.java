package dev.cachecluster.operator.probe;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What came of trying to connect to a place: one line of the verdict.
 *
 * @param allowed whether the network should have let it
 * @param name what people call the place
 * @param reached whether a connection stood
 * @param detail why not; empty if it was reached
 */
public record Finding(boolean allowed, String name, boolean reached, String detail) {
  /** Without it, a verdict is not whole: its end was cut off or never written. */
  private static final String END = "end";

  private static final Pattern LINE =
      Pattern.compile("(may|may-not) (?:reached (.+)|kept from (.+?): (.*))");

  static Finding of(Target target, Attempt attempt) {
    return new Finding(target.allowed(), target.name(), attempt.reached(), attempt.detail());
  }

  /** The verdict as the pod leaves it behind. */
  public static String tell(List<Finding> findings) {
    return findings.stream().map(Finding::line).collect(Collectors.joining("\n", "", "\n"))
        + END
        + "\n";
  }

  private String line() {
    return (allowed ? "may " : "may-not ")
        + (reached ? "reached " + name : "kept from " + name + ": " + detail);
  }

  /** Reads a verdict; empty if it is none, or not whole. */
  public static Optional<List<Finding>> read(String verdict) {
    var lines = verdict.strip().lines().toList();
    if (lines.size() < 2 || !lines.getLast().equals(END)) {
      return Optional.empty();
    }
    var findings = lines.subList(0, lines.size() - 1).stream().map(Finding::parse).toList();
    return findings.stream().allMatch(Optional::isPresent)
        ? Optional.of(findings.stream().map(Optional::orElseThrow).toList())
        : Optional.empty();
  }

  private static Optional<Finding> parse(String line) {
    var match = LINE.matcher(line);
    if (!match.matches()) {
      return Optional.empty();
    }
    boolean allowed = match.group(1).equals("may");
    var reached = Optional.ofNullable(match.group(2));
    return Optional.of(
        reached
            .map(name -> new Finding(allowed, name, true, ""))
            .orElseGet(() -> new Finding(allowed, match.group(3), false, match.group(4))));
  }
}

package dev.cachecluster.operator.plan;

import dev.cachecluster.operator.desired.DesiredState;
import dev.cachecluster.operator.desired.Labels;
import dev.cachecluster.operator.desired.SampleCluster;
import dev.cachecluster.operator.desired.ServerConfig;
import dev.cachecluster.operator.engine.History;
import dev.cachecluster.operator.observed.MemberSketch;
import dev.cachecluster.operator.observed.SampleAuthorities;
import dev.cachecluster.operator.observed.WorldSketch;
import dev.cachecluster.operator.volume.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a member of a story, such as {@code follows demo-0-0 with a@1200, link down 4s}: what its
 * process does, then what is unusual about it. The README beside the stories has all the words.
 */
final class StoryMember {
  private static final Pattern HISTORY = Pattern.compile("([a-z])@(\\d+)(?: from ([a-z])@(\\d+))?");

  private static final Pattern LINK_DOWN = Pattern.compile("link down (\\d+)s");

  private final DesiredState now;
  private final WorldSketch world;
  private final MemberSketch member;

  StoryMember(DesiredState now, DesiredState before, WorldSketch world, String name) {
    this.now = now;
    this.world = world;
    this.member = new MemberSketch(now, name);
    before.settings().forEach(member::setting);
    member.setting(ServerConfig.FENCE, Integer.toString(ServerConfig.fence(before.replicas())));
    madeFrom(before);
  }

  MemberSketch read(String text) {
    var words = List.of(text.split(", "));
    state(words.getFirst(), words);
    words.stream().skip(1).forEach(this::unusual);
    return member;
  }

  static History history(String text) {
    var match = HISTORY.matcher(text);
    if (!match.matches()) {
      throw new IllegalArgumentException(
          "not a history such as a@1200 or b@1300 from a@1200: " + text);
    }
    var own = Decisions.replid(match.group(1).charAt(0));
    long offset = Long.parseLong(match.group(2));
    return match.group(3) == null
        ? new History(own, offset, Decisions.NONE, -1)
        : new History(
            own,
            offset,
            Decisions.replid(match.group(3).charAt(0)),
            Long.parseLong(match.group(4)) + 1);
  }

  private void state(String text, List<String> words) {
    boolean syncing = words.contains("syncing");
    long down = words.stream().mapToLong(StoryMember::linkDown).max().orElse(-1);
    boolean understood =
        when(text, "leads (.+)", m -> member.leads(history(m.group(1))))
            || when(
                text,
                "follows (\\S+) with (.+)",
                m -> follows(m.group(1), history(m.group(2)), syncing, down))
            || when(text, "on the placeholder", _ -> member.onPlaceholder())
            || when(text, "reads its files", _ -> member.onPlaceholder().loading())
            || when(
                text,
                "on the placeholder with (.+)",
                m -> member.onPlaceholder(history(m.group(1))))
            || when(text, "silent", _ -> member.silent())
            || when(text, "refuses", _ -> member.refusing())
            || when(text, "gone", _ -> member.gone())
            || when(text, "not running: (\\S+)", m -> member.notRunning(m.group(1), false))
            || when(text, "ended: (\\S+)", m -> member.notRunning(m.group(1), true))
            || when(text, "unschedulable: (.+)", m -> member.unschedulable(m.group(1)));
    require(understood, text);
  }

  private void follows(String primary, History history, boolean syncing, long down) {
    member.follows(primary, history, down < 0, syncing, down, down < 0 ? 0 : -1);
  }

  private void unusual(String text) {
    boolean understood =
        text.equals("syncing")
            || linkDown(text) >= 0
            || when(text, "keys (\\d+)", m -> member.keys(Long.parseLong(m.group(1))))
            || when(text, "deleting", _ -> member.deleting())
            || when(text, "not let in", _ -> member.gate(false))
            || when(text, "let in", _ -> member.gate(true))
            || when(text, "not ready", _ -> member.ready(false))
            || when(text, "labelled (primary|replica)", m -> member.label(m.group(1)))
            || when(text, "made from the new spec", _ -> madeFrom(now))
            || when(text, "has another access list", _ -> member.otherAccess())
            || when(text, "shows an older certificate", _ -> member.shows("older"))
            || when(text, "refuses clients of the next authority", _ -> member.refusesNext())
            || when(
                text,
                "still trusts the old authority",
                _ -> member.alsoTrusts(SampleAuthorities.OLD))
            || when(text, "setting (\\S+) is (\\S+)", m -> member.setting(m.group(1), m.group(2)))
            || when(
                text,
                "marked (\\d+) (\\S+)",
                m -> member.marked(Long.parseLong(m.group(1)), m.group(2)))
            || when(text, "unmarked", _ -> member.unmarked())
            || when(text, "looked at: (.+)", m -> member.looked(verdict(m.group(1))))
            || when(text, "told of (\\S+)", m -> member.toldOfSize(m.group(1)))
            || when(
                text,
                "on a node that (.+)",
                m -> member.leaving("node n1 is emptied: it " + m.group(1)))
            || when(text, "cannot write", _ -> member.cannotWrite())
            || when(text, "heard (\\d+)s ago", m -> heard(Long.parseLong(m.group(1))));
    require(understood, text);
  }

  private static Verdict verdict(String line) {
    return Verdict.read(line)
        .orElseThrow(() -> new IllegalArgumentException("no verdict about files: " + line));
  }

  private void heard(long secondsAgo) {
    world.heard(member.name(), Duration.ofSeconds(secondsAgo));
  }

  private void madeFrom(DesiredState state) {
    member.madeFrom(SampleCluster.digest(state, member.name(), Labels.SPEC));
    member.template(SampleCluster.digest(state, member.name(), Labels.TEMPLATE));
  }

  private static long linkDown(String text) {
    var matcher = LINK_DOWN.matcher(text);
    return matcher.matches() ? Long.parseLong(matcher.group(1)) : -1;
  }

  private static boolean when(String text, String pattern, Consumer<Matcher> then) {
    var matcher = Pattern.compile(pattern).matcher(text);
    boolean matches = matcher.matches();
    if (matches) {
      then.accept(matcher);
    }
    return matches;
  }

  private void require(boolean understood, String text) {
    if (!understood) {
      throw new IllegalArgumentException(
          member.name() + ": \"" + text + "\" is not understood; see the README of the stories");
    }
  }
}

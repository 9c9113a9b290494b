package dev.cachecluster.operator.acl;

import dev.cachecluster.operator.engine.RespClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a command has to look so that a server judges its keys: as many words as it wants, and keys
 * where COMMAND INFO says that they stand.
 *
 * @param name of subcommands as {@code config|get}
 * @param arity how many words it has; if negative, at least so many
 * @param hasKeys whether it is about keys
 */
record CommandShape(String name, int arity, boolean hasKeys, List<Place> places) {
  private static final int BLANKS = 12;

  /** Commands whose keys stand behind words that only they know. */
  private static final Map<String, String> BY_HAND =
      Map.of(
          "xread", "COUNT 1 STREAMS %s 0",
          "xreadgroup", "GROUP g c STREAMS %s >");

  /**
   * Where keys stand.
   *
   * @param index of the first, counted from the command's name
   * @param count offset of the number of keys from there; null if there is none
   * @param first offset of the first key from there
   */
  record Place(int index, @Nullable Integer count, int first) {}

  static CommandShape ask(RespClient root, String name) throws IOException {
    List<?> answer = list(root.call("COMMAND", "INFO", name));
    List<?> info = list(answer.getFirst());
    List<Place> places = new ArrayList<>();
    boolean hasKeys = list(info.get(2)).contains("movablekeys");
    for (Object spec : list(info.get(8))) {
      // Channels of a shard have places of keys.
      hasKeys |= !list(field(list(spec), "flags")).contains("not_key");
      place(list(spec), places);
    }
    return new CommandShape(name, ((Long) info.get(1)).intValue(), hasKeys, places);
  }

  private static void place(List<?> spec, List<Place> places) {
    List<?> begin = list(field(spec, "begin_search"));
    if (!"index".equals(field(begin, "type"))) {
      return;
    }
    int index = number(field(list(field(begin, "spec")), "index"));
    List<?> find = list(field(spec, "find_keys"));
    List<?> how = list(field(find, "spec"));
    if ("keynum".equals(field(find, "type"))) {
      places.add(new Place(index, number(field(how, "keynumidx")), number(field(how, "firstkey"))));
    } else {
      places.add(new Place(index, null, 0));
    }
  }

  /** The words of it with that key, channel or value in every place. */
  List<String> words(String key) {
    List<String> words = new ArrayList<>(List.of(name.split("\\|", -1)));
    String byHand = BY_HAND.get(name);
    if (byHand != null) {
      words.addAll(List.of(byHand.formatted(key).split(" ", -1)));
      return words;
    }
    words.addAll(Collections.nCopies(Math.max(0, Math.abs(arity) - words.size()), key));
    if (arity < 0) {
      words.addAll(Collections.nCopies(BLANKS, key));
    }
    for (Place place : places) {
      if (place.count() != null) {
        words.set(place.index() + place.count(), "1");
      }
      words.set(place.index() + place.first(), key);
    }
    return words;
  }

  private static @Nullable Object field(List<?> pairs, String name) {
    int at = pairs.indexOf(name);
    return at < 0 ? null : pairs.get(at + 1);
  }

  private static List<?> list(@Nullable Object answer) {
    return (List<?>) Objects.requireNonNull(answer);
  }

  private static int number(@Nullable Object answer) {
    return ((Long) Objects.requireNonNull(answer)).intValue();
  }
}

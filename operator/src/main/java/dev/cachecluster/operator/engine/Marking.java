package dev.cachecluster.operator.engine;

import io.lettuce.core.protocol.AsyncCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The pipeline that gives a primary its mark: a server runs what it reads at once in one go. */
final class Marking {
  private static final String FENCE = "min-replicas-to-write";

  private Marking() {}

  static List<AsyncCommand<String, String, ?>> of(
      List<AsyncCommand<String, String, String>> before, LineMark mark, int fence) {
    var all = new ArrayList<AsyncCommand<String, String, ?>>();
    all.add(Commands.configSet(Map.of(FENCE, "0")));
    all.addAll(before);
    all.add(Commands.writeMark(mark));
    all.add(Commands.configSet(Map.of(FENCE, Integer.toString(fence))));
    return all;
  }
}

package dev.cachecluster.operator.observed;

import dev.cachecluster.operator.engine.LineMark;
import java.util.Optional;

/** Which line a server's data says that it belongs to. Not to know is not to bear none. */
public sealed interface ObservedMark {
  /** It was not asked, or gave no answer. */
  record Unknown() implements ObservedMark {}

  /** It bears none: it has no data of a line. */
  record Absent() implements ObservedMark {}

  record Present(LineMark words) implements ObservedMark {}

  /** The mark, if it is known to bear one. */
  default Optional<LineMark> mark() {
    return this instanceof Present(var words) ? Optional.of(words) : Optional.empty();
  }
}

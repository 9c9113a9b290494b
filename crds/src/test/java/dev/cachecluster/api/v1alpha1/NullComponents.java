package dev.cachecluster.api.v1alpha1;

import java.lang.reflect.RecordComponent;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Finds what a record does not show, to see that an example or a test shows everything. */
final class NullComponents {
  private NullComponents() {}

  /** Every component that is null, in the record or in one that it holds. */
  static Set<String> of(Record value) {
    var missing = new LinkedHashSet<String>();
    for (RecordComponent component : value.getClass().getRecordComponents()) {
      String name = value.getClass().getSimpleName() + "." + component.getName();
      Object content;
      try {
        content = component.getAccessor().invoke(value);
      } catch (ReflectiveOperationException e) {
        throw new LinkageError(name, e);
      }
      if (content == null) {
        missing.add(name);
      } else if (content instanceof Record inner) {
        missing.addAll(of(inner));
      } else if (content instanceof List<?> list && list.getFirst() instanceof Record inner) {
        missing.addAll(of(inner));
      }
    }
    return missing;
  }
}

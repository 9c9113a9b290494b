package dev.cachecluster.operator.apply;

import dev.cachecluster.api.v1alpha1.CacheCluster;
import dev.cachecluster.api.v1alpha1.CacheUser;
import dev.cachecluster.operator.plan.Action;
import dev.cachecluster.operator.plan.UserAction;

/** Is told what was done: it becomes events, metrics and lines in the log. */
public interface Journal {
  void done(CacheCluster cluster, Action action);

  /** The same for a user. */
  void done(CacheUser user, UserAction action);
}

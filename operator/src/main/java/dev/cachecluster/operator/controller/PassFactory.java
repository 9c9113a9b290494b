package dev.cachecluster.operator.controller;

import dev.cachecluster.api.v1alpha1.CacheCluster;
import dev.cachecluster.api.v1alpha1.CacheUser;
import dev.cachecluster.operator.apply.Journal;
import dev.cachecluster.operator.desired.DesiredStates;
import dev.cachecluster.operator.observed.ClusterReader;
import dev.cachecluster.operator.observed.UserReader;
import dev.cachecluster.operator.plan.Planner;
import dev.cachecluster.operator.plan.UserPlanner;
import dev.cachecluster.operator.status.StatusFactory;
import dev.cachecluster.operator.status.UserStatusFactory;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * What every pass needs, put together once. It works without a container: tests build it by hand.
 */
public final class PassFactory {
  final KubernetesClient client;
  final Sessions sessions;
  final DesiredStates desiredStates;
  final Planner planner = new Planner();
  final StatusFactory statuses = new StatusFactory();
  final Journal journal;
  final Clock clock;
  final SecureRandom random;
  final Office office;
  final Consumer<Duration> settle;
  final OwnImage ownImage;
  final UserDirectory users;
  final Reports reports = new Reports();
  final UserPlanner userPlanner = new UserPlanner();
  final UserStatusFactory userStatuses = new UserStatusFactory();

  /** With an operator that is always in office, of this image, and Services that move at once. */
  public PassFactory(
      KubernetesClient client,
      Sessions sessions,
      DesiredStates desiredStates,
      Journal journal,
      Clock clock,
      SecureRandom random,
      OwnImage ownImage) {
    this(client, sessions, desiredStates, journal, clock, random, () -> true, _ -> {}, ownImage);
  }

  public PassFactory(
      KubernetesClient client,
      Sessions sessions,
      DesiredStates desiredStates,
      Journal journal,
      Clock clock,
      SecureRandom random,
      Office office,
      Consumer<Duration> settle,
      OwnImage ownImage) {
    this.client = client;
    this.sessions = sessions;
    this.desiredStates = desiredStates;
    this.journal = journal;
    this.clock = clock;
    this.random = random;
    this.office = office;
    this.settle = settle;
    this.ownImage = ownImage;
    this.users = new UserDirectory(client, clock);
  }

  UserPass pass(CacheUser user, UserSession session, UserReader reader) {
    return new UserPass(this, user, session, reader);
  }

  Pass pass(CacheCluster cluster, Session session, ClusterReader reader) {
    return new Pass(this, cluster, session, reader);
  }
}

package dev.cachecluster.operator.controller;

import dev.cachecluster.api.v1alpha1.CacheCluster;
import dev.cachecluster.api.v1alpha1.CacheUser;
import dev.cachecluster.operator.apply.Journal;
import dev.cachecluster.operator.plan.Action;
import dev.cachecluster.operator.plan.AuthorityStep;
import dev.cachecluster.operator.plan.ProbeStep;
import dev.cachecluster.operator.plan.Reason;
import dev.cachecluster.operator.plan.RestartReason;
import dev.cachecluster.operator.plan.UserAction;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Writes what was done where people look for it: the log, Events on the CacheCluster, and counters.
 */
public final class KubernetesJournal implements Journal {
  private static final Logger LOG = Logger.getLogger(KubernetesJournal.class);

  private final KubernetesClient client;
  private final MeterRegistry meters;
  private final Clock clock;
  private final String reporter;
  private final Recently recently = new Recently();

  public KubernetesJournal(
      KubernetesClient client, MeterRegistry meters, Clock clock, String reporter) {
    this.client = client;
    this.meters = meters;
    this.clock = clock;
    this.reporter = reporter;
  }

  private record News(boolean warning, Reason reason, String message) {}

  @Override
  public void done(CacheCluster cluster, Action action) {
    meters
        .counter(
            "cachecluster.actions",
            "kind",
            action.getClass().getSimpleName().toLowerCase(Locale.ROOT))
        .increment();
    if (isRepeated(cluster, action)) {
      return;
    }
    news(action).ifPresent(news -> tell(cluster, news));
  }

  /** A server is told again and again, until the kubelet has brought it the files. */
  private boolean isRepeated(CacheCluster cluster, Action action) {
    return action instanceof Action.ReloadCertificate(var member, var _, var files, var _)
        && !recently.isNews(
            cluster.getMetadata().getUid() + " " + member.podUid() + " " + files, clock.instant());
  }

  @Override
  public void done(CacheUser user, UserAction action) {
    news(action).ifPresent(news -> tell(user, news));
  }

  private static Optional<News> news(UserAction action) {
    return switch (action) {
      case UserAction.Advance(var _, var _, var reason, var why) ->
          reason.map(known -> new News(false, known, why));
      case UserAction.Withdraw(var _, var why) ->
          Optional.of(new News(true, Reason.ACCESS_WITHDRAWN, "the access ends: " + why));
      case UserAction.Hold _, UserAction.LetGo _, UserAction.Begin _, UserAction.Bind _ ->
          Optional.empty();
    };
  }

  private Optional<News> news(Action action) {
    return switch (action) {
      case Action.Promote promote ->
          Optional.of(
              new News(
                  promote.reason() != Reason.PRIMARY_CHOSEN,
                  promote.reason(),
                  promote.member().member() + " is the primary: " + promote.why()));
      case Action.HandOver handOver ->
          Optional.of(
              new News(
                  false,
                  Reason.HANDED_OVER,
                  handOver.from().member()
                      + " handed over to "
                      + handOver.to().member()
                      + ": "
                      + handOver.why()));
      case Action.Follow(var member, var primary, var _, var divergent)
          when divergent.isPresent() ->
          Optional.of(
              new News(
                  true,
                  Reason.DIVERGENT_WRITES,
                  member.member() + " follows " + primary + " and lost " + divergent.get()));
      case Action.Restart restart -> {
        meters.counter("cachecluster.restarts", "reason", restart.reason().text()).increment();
        yield Optional.of(
            new News(
                restart.reason() != RestartReason.TEMPLATE_CHANGED,
                Reason.RESTARTED,
                restart.member() + " restarts because " + restart.reason().text()));
      }
      case Action.Apply(var object, var change) when change == Action.Change.DRIFTED ->
          Optional.of(
              new News(
                  true,
                  Reason.DRIFT_CORRECTED,
                  object.getKind()
                      + " "
                      + object.getMetadata().getName()
                      + " was changed by somebody else and set right"));
      case Action.Claim(var claim, var _, var why) ->
          Optional.of(
              new News(
                  false,
                  Reason.VOLUME_CLAIMED,
                  "claim " + claim.getMetadata().getName() + ": " + why));
      case Action.Remove(var object, var why) when object instanceof ConfigMap ->
          Optional.of(
              new News(
                  true,
                  Reason.ENCRYPTION_UNVERIFIED,
                  object.getMetadata().getName() + " lets no server start any more: " + why));
      case Action.Remove(var object, var why) ->
          Optional.of(
              new News(
                  false,
                  Reason.MEMBER_REMOVED,
                  object.getKind()
                      + " "
                      + object.getMetadata().getName()
                      + " was removed: "
                      + why));
      case Action.ReloadCertificate reload ->
          Optional.of(
              new News(
                  false,
                  Reason.CERTIFICATE_RENEWED,
                  reload.member().member() + " was told to read its new certificate"));
      case Action.ChangeServerCertificate(var _, var step, var why) ->
          Optional.of(new News(false, Reason.CERTIFICATE_RENEWED, step.text() + ": " + why));
      case Action.RotateAuthority rotate ->
          Optional.of(
              new News(
                  false,
                  Reason.AUTHORITY_ROTATED,
                  switch (rotate.step()) {
                        case AuthorityStep.MakeNext _ ->
                            "a new authority is published beside the old one: ";
                        case AuthorityStep.Switch _ ->
                            "certificates are issued by the new authority: ";
                        case AuthorityStep.DropPrevious _ ->
                            "the old authority is no longer trusted: ";
                      }
                      + rotate.why()));
      case Action.Probe(ProbeStep.Judge(var _, var alarm)) ->
          alarm.map(message -> new News(true, Reason.NOT_ENFORCED, message));
      case Action.IssueAuthority _,
          Action.PublishTrust _,
          Action.Probe _,
          Action.CreateAccounts _,
          Action.RestoreAccounts _,
          Action.IssueLeaf _,
          Action.Apply _,
          Action.RecordState _,
          Action.Follow _,
          Action.Detach _,
          Action.Mark _,
          Action.SetAccess _,
          Action.Configure _,
          Action.LookAtVolume _,
          Action.Admit _ ->
          Optional.empty();
    };
  }

  /** An Event that cannot be written is no reason to stop. */
  private void tell(HasMetadata about, News news) {
    LOG.infof(
        "%s/%s: %s: %s",
        about.getMetadata().getNamespace(),
        about.getMetadata().getName(),
        news.reason().text(),
        news.message());
    var now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    try {
      client
          .v1()
          .events()
          .inNamespace(about.getMetadata().getNamespace())
          .resource(
              new EventBuilder()
                  .withNewMetadata()
                  .withGenerateName(about.getMetadata().getName() + "-")
                  .withNamespace(about.getMetadata().getNamespace())
                  .endMetadata()
                  .withNewInvolvedObject()
                  .withApiVersion(about.getApiVersion())
                  .withKind(about.getKind())
                  .withName(about.getMetadata().getName())
                  .withNamespace(about.getMetadata().getNamespace())
                  .withUid(about.getMetadata().getUid())
                  .endInvolvedObject()
                  .withType(news.warning() ? "Warning" : "Normal")
                  .withReason(news.reason().text())
                  .withMessage(news.message())
                  .withNewSource()
                  .withComponent(reporter)
                  .endSource()
                  .withFirstTimestamp(now)
                  .withLastTimestamp(now)
                  .withCount(1)
                  .build())
          .create();
    } catch (KubernetesClientException e) {
      // In a namespace that is going nothing can be created, and nobody is left to read it.
      var level = e.getCode() == 403 ? Logger.Level.DEBUG : Logger.Level.WARN;
      LOG.logf(
          level, "the event %s could not be written: %s", news.reason().text(), e.getMessage());
    }
  }
}

package dev.cachecluster.operator.apply;

import dev.cachecluster.api.v1alpha1.CacheCluster;
import dev.cachecluster.operator.acl.Secret;
import dev.cachecluster.operator.desired.Names;
import dev.cachecluster.operator.desired.ServerConfig;
import dev.cachecluster.operator.engine.Answer;
import dev.cachecluster.operator.engine.EngineAdmin;
import dev.cachecluster.operator.observed.ObjectKey;
import dev.cachecluster.operator.observed.ObservedState;
import dev.cachecluster.operator.observed.SecretFields;
import dev.cachecluster.operator.observed.StateRecord;
import dev.cachecluster.operator.plan.Action;
import dev.cachecluster.operator.plan.Drift;
import dev.cachecluster.operator.plan.ForeignStep;
import dev.cachecluster.operator.plan.Plan;
import dev.cachecluster.operator.plan.Reason;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Does the actions of a plan in their order. The first that is not done ends the pass. */
public final class Executor {
  private final CacheCluster cluster;
  private final Names names;
  private final Optional<EngineAdmin> servers;
  private final Journal journal;
  private final Clock clock;
  private final Duration leafLifetime;
  private final Consumer<Duration> settle;
  private final ObjectWriter writer;
  private final IdentityWriter identities;
  private final AuthorityWriter authorities;
  private final CertificateWriter certificates;
  private final PodWriter pods;
  private final ProbeWriter probes;
  private @Nullable String stateVersion;

  public Executor(
      KubernetesClient client,
      CacheCluster cluster,
      Optional<EngineAdmin> engine,
      WriteOverlay overlay,
      Journal journal,
      Clock clock,
      SecureRandom random,
      Duration leafLifetime,
      Consumer<Duration> settle) {
    this.cluster = cluster;
    this.names = new Names(cluster.getMetadata().getNamespace(), cluster.getMetadata().getName());
    this.servers = engine;
    this.journal = journal;
    this.clock = clock;
    this.leafLifetime = leafLifetime;
    this.settle = settle;
    this.writer = new ObjectWriter(client, cluster, overlay, clock);
    this.identities = new IdentityWriter(writer, names, random, clock);
    this.authorities = new AuthorityWriter(writer, names, random, clock);
    this.certificates = new CertificateWriter(writer, names);
    this.pods = new PodWriter(client, names.namespace(), names.cluster(), clock);
    this.probes = new ProbeWriter(writer);
  }

  /** Does it. Errors of the API and of servers are outcomes; nothing is concluded from them. */
  public Outcome execute(Plan plan, ObservedState world) {
    stateVersion =
        Optional.ofNullable(
                world.children().get(new ObjectKey("ConfigMap", names.stateConfigMap())))
            .map(object -> object.getMetadata().getResourceVersion())
            .orElse(null);
    Outcome last = new Outcome.Done(false);
    for (var action : plan.actions()) {
      var outcome = attempt(action, world);
      if (!outcome.done()) {
        if (!(outcome instanceof Outcome.Invalid) || isGuard(action)) {
          return outcome;
        }
      }
      last = last instanceof Outcome.Invalid ? last : outcome;
    }
    return last;
  }

  /**
   * After these nothing may follow, even if what failed needs a person: the rest stands on them.
   */
  private static boolean isGuard(Action action) {
    return switch (action) {
      case Action.RecordState _,
          Action.IssueAuthority _,
          Action.RotateAuthority _,
          Action.PublishTrust _,
          Action.CreateAccounts _,
          Action.RestoreAccounts _,
          Action.IssueLeaf _ ->
          true;
      case Action.ChangeServerCertificate(var _, var step, var _) ->
          !(step instanceof ForeignStep.Request);
      case Action.Apply(var object, var _) ->
          object.getKind().equals("NetworkPolicy") || object.getKind().equals("Secret");
      case Action.Claim _,
          Action.Remove _,
          Action.Promote _,
          Action.Mark _,
          Action.Follow _,
          Action.Detach _,
          Action.HandOver _,
          Action.SetAccess _,
          Action.Configure _,
          Action.ReloadCertificate _,
          Action.Admit _,
          Action.LookAtVolume _,
          Action.Probe _,
          Action.Restart _ ->
          true;
    };
  }

  private Outcome attempt(Action action, ObservedState world) {
    try {
      var outcome = perform(action, world);
      if (outcome.done()) {
        journal.done(cluster, action);
      }
      return outcome;
    } catch (KubernetesClientException e) {
      return failed(action, e);
    }
  }

  private Outcome perform(Action action, ObservedState world) {
    return switch (action) {
      case Action.IssueAuthority issue -> authorities.create(issue);
      case Action.RotateAuthority rotate ->
          authorities.rotate(rotate, world.authority().orElseThrow());
      case Action.PublishTrust publish -> authorities.publish(publish, world);
      case Action.CreateAccounts(var secret) ->
          identities.createAccounts(secret, replicationPassword(world));
      case Action.RestoreAccounts(var secret) ->
          identities.restoreAccounts(secret, world.identities().orElseThrow().passwords());
      case Action.IssueLeaf(var request, var _) -> identities.leaf(request, world, leafLifetime);
      case Action.ChangeServerCertificate change -> certificates.perform(change, world);
      case Action.Apply(var object, var change) -> writer.apply(object, change);
      case Action.Claim(var claim, var owned, var _) -> writer.claim(claim, owned);
      case Action.Remove(var object, var _) -> done(() -> writer.remove(object));
      case Action.RecordState record -> record(record);
      case Action.Promote promote -> promote(promote);
      case Action.Mark(var member, var mark, var fence) -> {
        var answer = engine().mark(member, mark, fence);
        // A server whose disk is full takes no mark, and everything else goes on.
        yield answer instanceof Answer.Refused<?> ? new Outcome.Done(false) : said(action, answer);
      }
      case Action.Follow(var member, var _, var host, var _) ->
          said(action, engine().follow(member, host, Names.PORT));
      case Action.Detach(var member, var _) ->
          said(action, engine().follow(member, ServerConfig.PLACEHOLDER_HOST, Names.PORT));
      case Action.HandOver handOver -> handOver(handOver, world);
      case Action.SetAccess(var member, var change) ->
          said(action, engine().changeAccess(member, change));
      case Action.Configure(var member, var settings) ->
          configured(action, engine().configure(member, settings));
      case Action.ReloadCertificate reload -> reload(reload);
      case Action.Admit admit -> done(() -> pods.admit(admit));
      case Action.LookAtVolume look -> done(() -> pods.sized(look));
      case Action.Probe(var step) -> probes.perform(step);
      case Action.Restart restart -> {
        writer.write(restart.workload(), true);
        yield pods.restart(restart);
      }
    };
  }

  /** Actions on servers are planned only from what servers said, so there is somebody to ask. */
  private EngineAdmin engine() {
    return servers.orElseThrow();
  }

  /** What the servers were given; with it, replicas go on following if the other copy was lost. */
  private Optional<Secret> replicationPassword(ObservedState world) {
    var access =
        Optional.ofNullable(world.children().get(new ObjectKey("Secret", names.accessSecret())));
    return SecretFields.text(access, ServerConfig.REPLICATION_FILE)
        .flatMap(ServerConfig::replicationPassword);
  }

  /** The version that was read must still stand: nobody else records behind our back. */
  private Outcome record(Action.RecordState record) {
    var object =
        new StateRecord(record.lineage(), Optional.of(record.spec()), Optional.of(record.image()))
            .toConfigMap(names);
    if (stateVersion == null) {
      var outcome = writer.apply(object, Action.Change.MISSING);
      stateVersion = writer.lastVersion();
      return outcome;
    }
    object.getMetadata().setResourceVersion(stateVersion);
    stateVersion = writer.write(object, true).getMetadata().getResourceVersion();
    return new Outcome.Done(true);
  }

  private Outcome promote(Action.Promote promote) {
    writer.write(marked(promote.service()), true);
    if (promote.mark().isPresent()) {
      return said(
          promote, engine().promote(promote.member(), promote.mark().get(), promote.fence()));
    }
    var fenced =
        engine()
            .configure(
                promote.member(), Map.of(ServerConfig.FENCE, Integer.toString(promote.fence())));
    return fenced.isOk()
        ? said(promote, engine().promote(promote.member()))
        : said(promote, fenced);
  }

  private Outcome handOver(Action.HandOver handOver, ObservedState world) {
    // Connections that are open stay where they are; new ones meet the next primary, once the
    // Service is programmed. Moved afterwards, they would meet the old one for that long.
    writer.write(marked(handOver.service()), true);
    new ServiceProgramming(engine(), clock, settle).await(handOver, world);
    return new HandOver(engine(), clock).perform(handOver);
  }

  private static HasMetadata marked(HasMetadata object) {
    return Drift.marked(object);
  }

  /**
   * The kubelet is asked to look now. What the server shows from then on is seen on a new
   * connection. One that cannot read a list of that name yet is told again by the next pass, and
   * nothing waits for it.
   */
  private Outcome reload(Action.ReloadCertificate reload) {
    pods.refreshVolumes(reload.pod(), reload.files());
    var answer = engine().configure(reload.member(), CertificateFiles.settings(reload.marker()));
    engine().reconnect(reload.member());
    return reload.marker().isPresent() && answer instanceof Answer.Refused<?>
        ? new Outcome.Done(false)
        : said(reload, answer);
  }

  private static Outcome done(Runnable act) {
    act.run();
    return new Outcome.Done(true);
  }

  private static Outcome said(Action action, Answer<?> answer) {
    return switch (answer) {
      case Answer.Ok<?> _ -> new Outcome.Done(true);
      case Answer.Refused<?>(var message) ->
          new Outcome.Transient(action.describe() + ": " + message);
      case Answer.Unreachable<?>(var cause, var message) ->
          new Outcome.Transient(action.describe() + ": " + cause + " " + message);
    };
  }

  private static Outcome configured(Action action, Answer<?> answer) {
    return answer instanceof Answer.Refused<?>(var message)
        ? new Outcome.Invalid(
            Reason.SETTING_REFUSED, action.describe() + " was refused: " + message)
        : said(action, answer);
  }

  private static Outcome failed(Action action, KubernetesClientException e) {
    var message =
        action.describe()
            + ": "
            + (e.getStatus() == null ? e.getMessage() : e.getStatus().getMessage());
    if (e.getCode() == HttpURLConnection.HTTP_FORBIDDEN
        && message.contains("is being terminated")) {
      return new Outcome.Waiting(
          Reason.NAMESPACE_TERMINATING, "the namespace is going, and the cache with it");
    }
    return switch (e.getCode()) {
      case 422 ->
          isAnotherPod(action, message)
              ? new Outcome.Waiting(
                  Reason.PROGRESSING, action.describe() + ": the pod is another one by now")
              : new Outcome.Invalid(Reason.API_ERROR, message);
      case HttpURLConnection.HTTP_NOT_FOUND -> new Outcome.Waiting(Reason.PROGRESSING, message);
      default -> new Outcome.Transient(message);
    };
  }

  /** An intent names the pod's uid; for another pod, that is an attempt to change it. */
  private static boolean isAnotherPod(Action action, String message) {
    return action instanceof Action.Admit && message.contains("metadata.uid");
  }
}

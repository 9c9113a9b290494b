package dev.cachecluster.operator.observed;

import dev.cachecluster.operator.desired.Names;
import dev.cachecluster.operator.engine.Answer;
import dev.cachecluster.operator.engine.EngineAdmin;
import dev.cachecluster.operator.engine.LineMark;
import dev.cachecluster.operator.engine.MemberAddress;
import dev.cachecluster.operator.engine.PlaintextProbe;
import dev.cachecluster.operator.engine.Role;
import dev.cachecluster.operator.engine.ServerView;
import dev.cachecluster.operator.observed.ObservedMember.ProcessState;
import dev.cachecluster.operator.observed.ObservedPod.ContainerState;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;

/** Reads one member: its pod, and what its server says. */
final class MemberReading {
  /** All members show one certificate if it is another issuer's: it does not tell who answers. */
  private static final Answer<ServerView> ANOTHER =
      new Answer.Unreachable<>(Answer.Cause.TLS, "another member answers at its address");

  private final Names names;
  private final ClusterReader reader;
  private final Memory memory;
  private final Clock clock;
  private final ApiView api;
  private final Question question;

  MemberReading(
      Names names,
      ClusterReader reader,
      Memory memory,
      Clock clock,
      ApiView api,
      Question question) {
    this.names = names;
    this.reader = reader;
    this.memory = memory;
    this.clock = clock;
    this.api = api;
    this.question = question;
  }

  private ObservedPod read(Pod pod) {
    return PodReading.of(pod, reader::node);
  }

  ObservedMember of(String name, Optional<EngineAdmin> engine, TrustReading trust) {
    var podName = names.pod(name);
    var cached = Optional.ofNullable(api.pods().get(podName)).map(this::read);
    var address = cached.flatMap(pod -> address(name, pod));
    if (address.isPresent()
        && engine.isPresent()
        && cached.filter(ObservedPod::processEnded).isEmpty()) {
      var answer = engine.get().inspect(address.get(), question.settings());
      if (answer instanceof Answer.Ok<ServerView>(var view)) {
        if (view.isAnother(names.host(name))) {
          return silent(name, podName, ANOTHER);
        }
        memory.heard(name, clock.instant());
        var shown = engine.get().tls(address.get()).ok();
        var files = api.authority().of(names.memberTlsSecret(name));
        var seen = trust.of(view, shown, files, address.get(), engine.get());
        var mark =
            question.persistence().mode().keeps()
                ? mark(view, address.get(), engine.get())
                : new ObservedMark.Unknown();
        return new ObservedMember(
            name,
            cached,
            address,
            new ProcessState.Answering(view),
            shown,
            plaintextClosed(view.runId(), address.get(), engine.get()),
            seen.trusts(),
            seen.acceptsNext(),
            mark);
      }
      return silent(name, podName, answer);
    }
    return silent(
        name, podName, new Answer.Unreachable<>(Answer.Cause.CONNECT, "its pod has no address"));
  }

  /**
   * No answer. What the API server says now, and not what a cache said, decides whether it ended.
   */
  private ObservedMember silent(String name, String podName, Answer<?> answer) {
    var live = reader.livePod(podName).map(this::read);
    var address = live.flatMap(pod -> address(name, pod));
    ProcessState process;
    if (live.isEmpty()) {
      process = new ProcessState.Ended("its pod is gone");
    } else if (live.get().container()
        instanceof ContainerState.NotRunning(var reason, var _, var everRan)) {
      process =
          new ProcessState.Ended(
              everRan ? "its container ended" : "its container did not start (" + reason + ")");
    } else if (answer instanceof Answer.Refused<?>(var message)) {
      process = new ProcessState.Refusing(message);
    } else if (answer instanceof Answer.Unreachable<?>(var cause, var message)) {
      process = new ProcessState.Silent(cause, message);
    } else {
      process = new ProcessState.Silent(Answer.Cause.CONNECT, "not asked yet");
    }
    return new ObservedMember(
        name,
        live,
        address,
        process,
        Optional.empty(),
        Optional.empty(),
        Set.of(),
        Optional.empty(),
        new ObservedMark.Unknown());
  }

  /** Asked of who leads, and of who does not follow yet; what the others have comes from those. */
  private static ObservedMark mark(ServerView view, MemberAddress address, EngineAdmin engine) {
    boolean matters =
        !view.loading()
            && (view.role() instanceof Role.Primary
                || (view.role() instanceof Role.Replica replica && !replica.linkUp()));
    return matters && engine.mark(address) instanceof Answer.Ok<Optional<LineMark>>(var mark)
        ? mark.<ObservedMark>map(ObservedMark.Present::new).orElseGet(ObservedMark.Absent::new)
        : new ObservedMark.Unknown();
  }

  private Optional<MemberAddress> address(String member, ObservedPod pod) {
    return pod.ip()
        .map(ip -> new MemberAddress(member, pod.uid(), ip, Names.PORT, names.host(member)));
  }

  private Optional<Boolean> plaintextClosed(
      String runId, MemberAddress address, EngineAdmin engine) {
    var known = memory.plaintextClosed(runId);
    if (known.isEmpty()) {
      engine
          .probePlaintext(address)
          .ok()
          .ifPresent(probe -> memory.plaintextClosed(runId, probe == PlaintextProbe.CLOSED));
    }
    return memory.plaintextClosed(runId);
  }
}

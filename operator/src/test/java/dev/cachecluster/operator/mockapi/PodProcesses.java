package dev.cachecluster.operator.mockapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/** What runs in pods. */
public interface PodProcesses {
  /** Starts the process of a pod, which has its address by now. */
  void start(ObjectNode pod);

  boolean runs(String podUid);

  /** Whether the process would answer the container's readiness probe. */
  boolean ready(String podUid);

  void end(String podUid);

  /** The files of a pod's volumes were looked at again. */
  void refresh(ObjectNode pod);

  /** Ends what runs for pods that are none any more: force-deleted ones have no kubelet's leave. */
  void retain(Set<String> podUids);

  /** Processes that start at once, are never ready, and do nothing. */
  static PodProcesses none() {
    var running = new java.util.HashSet<String>();
    return new PodProcesses() {
      @Override
      public void start(ObjectNode pod) {
        running.add(pod.path("metadata").path("uid").asText());
      }

      @Override
      public boolean runs(String podUid) {
        return running.contains(podUid);
      }

      @Override
      public boolean ready(String podUid) {
        return false;
      }

      @Override
      public void end(String podUid) {
        running.remove(podUid);
      }

      @Override
      public void refresh(ObjectNode pod) {}

      @Override
      public void retain(Set<String> podUids) {
        running.retainAll(podUids);
      }
    };
  }
}

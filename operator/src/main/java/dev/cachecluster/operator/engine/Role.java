package dev.cachecluster.operator.engine;

import java.util.List;

/** What a server says it is. */
public sealed interface Role {

  /** It takes writes, subject to its fence. */
  record Primary(List<ReplicaLink> replicas) implements Role {
    public Primary {
      replicas = List.copyOf(replicas);
    }
  }

  /**
   * It follows another server.
   *
   * @param primaryHost as it was told to follow it: a name or an address
   * @param linkUp whether the link to the primary works
   * @param syncing whether it is being filled with a full copy
   * @param linkDownSeconds since when the link is down; -1 if it is up or never was
   * @param lastIoSeconds since the primary's last sign of life; -1 if unknown
   * @param offset how far it has applied its history
   */
  record Replica(
      String primaryHost,
      int primaryPort,
      boolean linkUp,
      boolean syncing,
      long linkDownSeconds,
      long lastIoSeconds,
      long offset)
      implements Role {}

  /**
   * One replica as its primary sees it.
   *
   * @param state such as online, wait_bgsave, send_bulk
   * @param lagSeconds since the replica's last acknowledgement
   */
  record ReplicaLink(String announcedHost, int port, String state, long offset, long lagSeconds) {

    /** Whether it gets the stream: its copy, if it needed one, is done. */
    public boolean isOnline() {
      return state.equals("online");
    }
  }
}

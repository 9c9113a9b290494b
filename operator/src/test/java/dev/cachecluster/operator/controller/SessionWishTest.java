package dev.cachecluster.operator.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.operator.desired.Grants;
import dev.cachecluster.operator.desired.SampleCluster;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What is desired is made once for one wish, and what was compared with it goes with it. */
class SessionWishTest {
  private final Session session = new Session(Instant.EPOCH);
  private final AtomicInteger made = new AtomicInteger();

  private void ask(int replicas, String image) {
    var spec = SampleCluster.spec(replicas);
    // A spec is read anew for each pass: it is equal, and not the same.
    var wish =
        new Session.Wish(spec, image, Optional.empty(), Optional.of("demo-0-0"), Grants.NONE);
    session.desired(
        wish,
        _ -> {
          made.incrementAndGet();
          return SampleCluster.desired(spec, Optional.of("demo-0-0"));
        });
  }

  @Test
  void anEqualWishIsNotMadeAgain() {
    ask(2, "valkey:8.1");
    var compared = session.drift();
    ask(2, "valkey:8.1");
    assertThat(made).hasValue(1);
    assertThat(session.drift()).isSameAs(compared);
  }

  @Test
  void anotherWishIsMadeAndComparedAnew() {
    ask(2, "valkey:8.1");
    var compared = session.drift();
    ask(3, "valkey:8.1");
    ask(3, "valkey:8.2");
    assertThat(made).hasValue(3);
    assertThat(session.drift()).isNotSameAs(compared);
  }
}

package dev.cachecluster.operator.observed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.operator.desired.UserKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** For how long applications have had a binding: counted from what was seen, never from a clock. */
class PublishedBindingsTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final UserKey USER = new UserKey("shop", "cart");
  private static final StandingBinding OLD = new StandingBinding(Set.of("a"), "key-a");
  private static final StandingBinding BOTH = new StandingBinding(Set.of("a", "b"), "key-a");

  private final Memory memory = new Memory(NOW);

  private ObservedBinding at(long seconds, StandingBinding content) {
    return look(seconds, Map.of(USER, Optional.of(content)));
  }

  private ObservedBinding look(long seconds, Map<UserKey, Optional<StandingBinding>> seen) {
    var all = memory.bindings(seen, Set.of(USER), NOW.plusSeconds(seconds));
    return Optional.ofNullable(all.get(USER)).orElseThrow();
  }

  private static ObservedBinding standing(StandingBinding content, long seconds) {
    return new ObservedBinding.Standing(content, Duration.ofSeconds(seconds));
  }

  @Test
  void itIsAddedUpFromLookToLookAndBeginsAnewWithAnotherContent() {
    assertThat(at(0, OLD)).isEqualTo(standing(OLD, 0));
    assertThat(at(5, OLD)).isEqualTo(standing(OLD, 5));
    assertThat(at(10, BOTH)).isEqualTo(standing(BOTH, 0));
    assertThat(at(12, BOTH)).isEqualTo(standing(BOTH, 2));
  }

  @Test
  void aClockThatJumpsShortensNothing() {
    assertThat(at(0, BOTH)).isEqualTo(standing(BOTH, 0));
    assertThat(at(86_400, BOTH)).isEqualTo(standing(BOTH, 15));
    assertThat(at(5, BOTH)).isEqualTo(standing(BOTH, 15));
    assertThat(at(10, BOTH)).isEqualTo(standing(BOTH, 20));
  }

  @Test
  void whatWasNotLookedAtIsNotWhatIsNotThere() {
    assertThat(look(0, Map.of())).isEqualTo(new ObservedBinding.Unseen());
    assertThat(look(1, Map.of(USER, Optional.empty()))).isEqualTo(new ObservedBinding.Absent());
    assertThat(at(2, OLD)).isEqualTo(standing(OLD, 0));
    assertThat(look(3, Map.of())).isEqualTo(new ObservedBinding.Unseen());
    assertThat(at(4, OLD)).isEqualTo(standing(OLD, 0));
  }
}

package dev.cachecluster.stories.rig;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * A cache whose servers come to show other certificates while an application writes 1,000 times a
 * second; at the end no write has failed and every pod is the one of the beginning.
 */
public final class ShownUnderLoad {
  /** Within which a condition tells what is wrong, or that all is well again. */
  public static final Duration TOLD = Duration.ofSeconds(90);

  /** Applications get two minutes to read whom to trust. */
  private static final Duration SHOWN = Duration.ofMinutes(6);

  private final Story story;
  private final Cache cache;
  private final Map<String, String> uids;
  private final Map<String, Integer> restarts;
  private final Set<String> own;
  private final Writer writer;

  private ShownUnderLoad(Story story) {
    this.story = story;
    cache = Cache.ready(story, "{memory: {maxMemory: 512Mi}}");
    cache.application().edit("{\"spec\":{\"rotation\":{\"grace\":\"2m\"}}}");
    uids = cache.podUids();
    restarts = cache.restarts();
    own = Handshake.issuers(cache);
    writer = Writer.load(story, cache);
  }

  /** A ready cache that shows certificates of its own authority, and its application's load. */
  public static ShownUnderLoad begin(Story story) {
    return new ShownUnderLoad(story);
  }

  public Cache cache() {
    return cache;
  }

  /** The servers show what they showed at first. */
  public void assertOwn() {
    assertThat(Handshake.issuers(cache)).as("who issued what is shown").isEqualTo(own);
  }

  /** Waits until every server shows a certificate of this issuer, and tells how long it took. */
  public void awaitIssuer(String issuer, Runnable cause) {
    awaitShown(cause, () -> assertThat(Handshake.issuers(cache)).isEqualTo(Set.of(issuer)));
    cache.awaitHealthy(TOLD);
    assertThat(Writer.roundtrip(story, cache.application(), "w:")).contains("wrote and read");
  }

  /** Waits until no server shows what one of them shows now, and tells how long it took. */
  public void awaitNext(Runnable cause) {
    var serials = Handshake.serials(cache);
    awaitShown(
        cause, () -> assertThat(Handshake.serials(cache)).doesNotContainAnyElementsOf(serials));
    cache.awaitHealthy(TOLD);
  }

  /** Waits until every server shows again what it showed at first. */
  public void awaitOwn(Runnable cause) {
    awaitShown(cause, this::assertOwn);
    cache.awaitHealthy(SHOWN);
  }

  private void awaitShown(Runnable cause, Runnable shown) {
    long began = System.nanoTime();
    cause.run();
    Wait.until("every server shows it", SHOWN, shown::run);
    story.tell("every server shows it after %.1f s".formatted((System.nanoTime() - began) / 1e9));
  }

  /** Nothing was lost, nothing failed, and nothing restarted. */
  public void end() {
    story.tell(writer.stop().assertNothingLost().assertNothingFailed().toString());
    assertThat(cache.podUids()).as("pods").isEqualTo(uids);
    assertThat(cache.restarts()).as("restarts").isEqualTo(restarts);
  }
}

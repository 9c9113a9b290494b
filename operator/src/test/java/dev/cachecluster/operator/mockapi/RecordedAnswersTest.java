package dev.cachecluster.operator.mockapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Clock;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The mock answers as a real API server of the named version did; see {@link RecordAnswers}. */
class RecordedAnswersTest {

  @Test
  void answersAsTheRealServerDid() throws IOException {
    var api = new MockApi(Clock.systemUTC());
    var target =
        new Replay.Target() {
          @Override
          public ApiReply send(ApiRequest request) {
            return api.handle(request);
          }

          @Override
          public void letWork() {
            api.collectGarbage();
          }
        };

    var answers = new Replay(target, "recorded").run();

    var recorded = new TreeMap<String, String>();
    Replay.resource(Replay.ANSWERS).properties().forEach(entry -> recorded.put(entry.getKey(), entry.getValue().toString()));
    assertThat(lines(answers)).isEqualTo(lines(recorded));
    assertThat(answers).hasSizeGreaterThan(90);
  }

  private static String lines(java.util.Map<String, ?> answers) {
    return answers.entrySet().stream().map(entry -> entry.getKey() + " " + entry.getValue()).collect(Collectors.joining("\n"));
  }
}

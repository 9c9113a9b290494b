package dev.cachecluster.operator.mockapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
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

    var answers = new Replay(target, "recorded", "cachecluster.dev").run();

    var differences = new ArrayList<String>();
    Replay.resource(Replay.ANSWERS)
        .properties()
        .forEach(
            recorded -> {
              var answer = answers.remove(recorded.getKey());
              if (!recorded.getValue().equals(answer)) {
                differences.add(
                    recorded.getKey() + "\n  real: " + recorded.getValue() + "\n  mock: " + answer);
              }
            });
    assertThat(differences).isEmpty();
    assertThat(answers).as("requests that were not recorded").isEmpty();
  }
}

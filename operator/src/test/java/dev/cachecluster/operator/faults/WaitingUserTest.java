package dev.cachecluster.operator.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.operator.desired.Binding;
import dev.cachecluster.operator.desired.Names;
import dev.cachecluster.operator.desired.UserKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A thousand users that wait for the servers must leave the API server to those who work. */
class WaitingUserTest {
  private final Quiet quiet = Quiet.begin();

  @AfterEach
  void loud() {
    quiet.end();
  }

  @Test
  void whoWaitsForTheServersAsksTheApiServerForNothing() {
    var world = new World(1);
    Scenario.USER_CREATED.prepare(world);
    var accessList = "/secrets/" + new Names(World.NAMESPACE, World.NAME).accessSecret();
    var binding = "/secrets/" + Binding.name(new UserKey(World.NAMESPACE, "cart"));
    List<String> asked = new ArrayList<>();
    world.tap.trouble(
        request -> {
          if (request.path().endsWith(binding)) {
            asked.add(request.method());
          }
          return request.isWrite() && request.path().endsWith(accessList)
              ? Optional.of(Tap.Trouble.UNAVAILABLE)
              : Optional.empty();
        });

    world.users.create("cart");
    world.round();
    asked.clear();
    for (int i = 0; i < 20; i++) {
      world.round();
    }
    assertThat(world.users.areSettled()).isFalse();
    assertThat(asked).isEmpty();
    assertThat(world.thrown).isEmpty();

    world.tap.calm();
    assertThat(world.until(world::isSettled, 40)).as(world::report).isNotNegative();
  }
}

package dev.cachecluster.operator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cachecluster.operator.acl.AclDigest;
import dev.cachecluster.operator.acl.AclFile;
import dev.cachecluster.operator.acl.SystemUsers;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PlaceholderRoleTest {

  @ParameterizedTest
  @EnumSource
  void aServerThatWasJustStartedServesNobodyAndSaysSo(Engine engine) throws Exception {
    try (EngineLab lab = new EngineLab(engine)) {
      EngineProcess server = lab.start("m-0");
      RespClient application = lab.application(server);

      assertThatThrownBy(() -> application.call("GET", "k")).hasMessageStartingWith("MASTERDOWN");
      assertThatThrownBy(() -> application.call("SET", "k", "v"))
          .hasMessageMatching("(READONLY|MASTERDOWN).*");
      RespClient probe = lab.anonymous(server);
      assertThat(probe.call("AUTH", SystemUsers.PROBE, "any")).isEqualTo("OK");
      assertThat(probe.call("ROLE"))
          .asInstanceOf(InstanceOfAssertFactories.LIST)
          .startsWith("slave", EngineProcess.PLACEHOLDER, 6379L);
    }
  }

  @ParameterizedTest
  @EnumSource
  void theOperatorSeesThePlaceholderTheVersionTheSettingsAndTheAccessList(Engine engine)
      throws Exception {
    try (EngineLab lab = new EngineLab(engine)) {
      EngineProcess server = lab.start("m-0");

      ServerView view = EngineLab.view(lab.admin(), server, "save", "maxmemory", "no-such-setting");

      assertThat(view.role())
          .isInstanceOfSatisfying(
              Role.Replica.class,
              replica -> {
                assertThat(replica.primaryHost()).isEqualTo(EngineProcess.PLACEHOLDER);
                assertThat(replica.primaryPort()).isEqualTo(6379);
                assertThat(replica.linkUp()).isFalse();
              });
      assertThat(engine.name().replace('_', '.')).endsWith(view.version().substring(0, 3));
      assertThat(view.config())
          .containsOnlyKeys("save", "maxmemory")
          .containsEntry("maxmemory", "67108864");
      assertThat(view.aclDigest()).isEqualTo(AclDigest.ofFile(AclFile.render(lab.users())));
      assertThat(view.loading()).isFalse();
      assertThat(view.keys()).isZero();
      assertThat(view.runId()).hasSize(40);
      assertThat(view.history().replid()).hasSize(40);
    }
  }
}

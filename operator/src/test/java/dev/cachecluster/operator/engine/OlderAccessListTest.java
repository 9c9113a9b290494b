package dev.cachecluster.operator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.operator.acl.AclChange;
import dev.cachecluster.operator.acl.AclDigest;
import dev.cachecluster.operator.acl.AclFile;
import dev.cachecluster.operator.acl.AclUser;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A server that was started by an operator of an older version, which had fewer rights. */
class OlderAccessListTest {
  private static AclUser older(AclUser operator) {
    return new AclUser(
        operator.name(),
        operator.credentials(),
        operator.keys(),
        operator.channels(),
        operator.commands().stream()
            .filter(rule -> !rule.equals("+acl|setuser") && !rule.equals("+acl|deluser"))
            .toList());
  }

  @ParameterizedTest
  @EnumSource
  void isReplacedByTheFileIfItsUsersMayNotBeChanged(Engine engine) throws Exception {
    try (EngineLab lab = new EngineLab(engine)) {
      List<AclUser> users = lab.users();
      List<AclUser> before =
          users.stream()
              .map(user -> user.name().startsWith("_operator") ? older(user) : user)
              .toList();
      EngineProcess server = lab.start("m-0", AclFile.render(before));
      EngineAdmin admin = lab.admin();
      // Its port is open before it has read its file.
      assertThat(EngineLab.view(admin, server).aclDigest())
          .isEqualTo(AclDigest.ofFile(AclFile.render(before)));
      AclChange change = new AclChange(List.of(new AclChange.Step.Delete(EngineLab.APPLICATION)));

      server.acl(AclFile.render(users));
      EngineLab.done(admin.changeAccess(server.address(), change));

      assertThat(EngineLab.view(admin, server).aclDigest())
          .isEqualTo(AclDigest.ofFile(AclFile.render(users)));
    }
  }
}

package dev.cachecluster.operator.desired;

import dev.cachecluster.operator.acl.AclFile;
import dev.cachecluster.operator.acl.AclUser;
import dev.cachecluster.operator.acl.SystemUsers;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** Who may do what on the servers, and the Secret in which they read it when they start. */
final class Access {
  private final Names names;
  private final Identities identities;
  private final Grants grants;

  Access(Names names, Identities identities, Grants grants) {
    this.names = names;
    this.identities = identities;
    this.grants = grants;
  }

  /** Everybody who may connect. {@code default} is off; see {@link AclFile}. */
  AccessList list() {
    var users = new ArrayList<AclUser>();
    users.add(SystemUsers.operator(identities.operatorPassword()));
    users.add(SystemUsers.replication(identities.replicationPassword()));
    users.add(SystemUsers.probe());
    users.addAll(grants.users());
    return AccessList.of(users, grants.spared());
  }

  /** What the servers load: hashes of passwords, and the one password they need themselves. */
  Secret serverSecret() {
    var replication =
        "masteruser "
            + SystemUsers.REPLICATION
            + "\n"
            + ServerConfig.PRIMARY_PASSWORD
            + identities.replicationPassword().reveal()
            + "\n";
    return secret(
        names.accessSecret(),
        "Opaque",
        Map.of(ServerConfig.ACL_FILE, list().file(), ServerConfig.REPLICATION_FILE, replication));
  }

  private Secret secret(String name, String type, Map<String, String> entries) {
    var data = new LinkedHashMap<String, String>();
    entries.forEach(
        (key, value) ->
            data.put(
                key, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))));
    return new SecretBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(names.namespace())
        .withLabels(Labels.of(names.cluster()))
        .endMetadata()
        .withType(type)
        .withData(data)
        .build();
  }
}

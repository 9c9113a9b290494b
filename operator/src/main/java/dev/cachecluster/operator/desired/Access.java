package dev.cachecluster.operator.desired;

import dev.cachecluster.api.v1alpha1.EngineType;
import dev.cachecluster.operator.acl.AclFile;
import dev.cachecluster.operator.acl.AclUser;
import dev.cachecluster.operator.acl.SystemUsers;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The Secrets that say who may do what: the servers' own, and the application's binding. */
final class Access {
  /** The one application user, until applications have objects of their own. */
  static final String APPLICATION = "app";

  private final Names names;
  private final Identities identities;
  private final EngineType engine;

  Access(Names names, Identities identities, EngineType engine) {
    this.names = names;
    this.identities = identities;
    this.engine = engine;
  }

  /** Everybody who may connect. {@code default} is off; see {@link AclFile}. */
  List<AclUser> users() {
    return List.of(
        SystemUsers.operator(identities.operatorPassword()),
        SystemUsers.replication(identities.replicationPassword()),
        SystemUsers.probe(),
        SystemUsers.application(APPLICATION, identities.applicationPassword()));
  }

  String aclFile() {
    return AclFile.render(users());
  }

  /** What the servers load: hashes of passwords, and the one password they need themselves. */
  Secret serverSecret() {
    var replication =
        "masteruser "
            + SystemUsers.REPLICATION
            + "\nmasterauth "
            + identities.replicationPassword().reveal()
            + "\n";
    return secret(
        names.accessSecret(),
        "Opaque",
        Map.of(ServerConfig.ACL_FILE, aclFile(), ServerConfig.REPLICATION_FILE, replication));
  }

  /**
   * The binding, with the keys of the Service Binding specification for Kubernetes 1.0 (section
   * "Well-known Secret Entries"). Nothing in it changes when the primary does.
   */
  Secret bindingSecret() {
    var type = engine.name().toLowerCase(Locale.ROOT);
    var host = names.serviceHost(names.primaryService());
    var password = identities.applicationPassword().reveal();
    var entries = new LinkedHashMap<String, String>();
    entries.put("type", type);
    entries.put("provider", "cachecluster");
    entries.put("host", host);
    entries.put("port", Integer.toString(Names.PORT));
    entries.put("username", APPLICATION);
    entries.put("password", password);
    entries.put("uri", "rediss://" + APPLICATION + ":" + password + "@" + host + ":" + Names.PORT);
    entries.put("ca.crt", identities.caPem());
    entries.put("tls.crt", identities.applicationCertificatePem());
    entries.put("tls.key", identities.applicationKeyPem().reveal());
    return secret(names.bindingSecret(), "servicebinding.io/" + type, entries);
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

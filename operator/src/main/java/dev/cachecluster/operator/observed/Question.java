package dev.cachecluster.operator.observed;

import dev.cachecluster.api.v1alpha1.PersistenceSpec;
import dev.cachecluster.operator.desired.ServerCertificate;
import dev.cachecluster.operator.desired.UserKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a pass wants to know beside what the API has anyway.
 *
 * @param members the members of the spec; others that exist are looked at as well
 * @param settings the settings that are compared with the spec
 * @param rotate asks for a new authority, if it is new
 * @param serverCertificate where servers' certificates come from
 * @param serverHosts the names that such a certificate must carry
 * @param bindings what the users' own passes saw of their bindings; one that is missing was not
 *     looked at yet
 * @param users whose bindings matter
 * @param network what was known of the network before
 * @param persistence what of the data is kept
 */
public record Question(
    Set<String> members,
    Set<String> settings,
    Optional<String> rotate,
    ServerCertificate serverCertificate,
    List<String> serverHosts,
    Map<UserKey, Optional<StandingBinding>> bindings,
    Set<UserKey> users,
    NetworkMemory network,
    PersistenceSpec persistence) {}

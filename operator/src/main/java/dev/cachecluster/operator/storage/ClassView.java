package dev.cachecluster.operator.storage;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What a StorageClass says.
 *
 * @param uid tells it from one of the same name that was there before; its parameters never change
 * @param declaration what an administrator declared about its encryption, in the words of the
 *     annotation {@link Encryption#DECLARED}
 * @param created when; a volume that is older was made by one of the same name before it
 * @param expandable whether its volumes can be made larger
 */
public record ClassView(
    String name,
    String uid,
    String provisioner,
    Map<String, String> parameters,
    Optional<String> declaration,
    Instant created,
    boolean expandable) {
  public ClassView {
    parameters = Map.copyOf(parameters);
  }
}

package dev.cachecluster.operator.storage;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Judges a StorageClass before a volume is made of it, and the PersistentVolume once it is bound.
 *
 * <p>Two things count: what the class asks of a provisioner of the {@link Catalogue}, and what that
 * wrote on the volume; and for all that the catalogue does not vouch for, what an administrator of
 * the Kubernetes cluster declared, on the class or on the volume, neither of which a tenant can
 * write. A declaration is not believed against the object's own words.
 */
public final class Encryption {
  /**
   * On a StorageClass or a PersistentVolume: how its volumes are encrypted, in an administrator's
   * own words, such as {@code "LUKS on every node's data disk"}. An empty word declares nothing.
   */
  public static final String DECLARED = "cachecluster.dev/encrypted-by";

  /** The longest declaration that is repeated in a status. */
  private static final int LONGEST = 200;

  /** Names under which drivers say it, in any case, and what they then say if it is not so. */
  private static final Set<String> NAMES =
      Set.of("encrypted", "encryption", "secure", "luksencrypted");

  private static final Set<String> NO = Set.of("false", "off", "no", "0", "none", "disabled");

  private Encryption() {}

  /** Of a class, before there is a volume. */
  public static Judgement of(ClassView made) {
    var name = "StorageClass " + made.name();
    var rule = Catalogue.rule(made.provisioner());
    var judged = rule.map(known -> known.ofClass(made.provisioner(), made.parameters()));
    return judged
        .filter(Judgement::isProven)
        .or(() -> declared(name, made.parameters(), made.declaration()))
        .or(() -> judged)
        .orElseGet(() -> notKnown(made));
  }

  /**
   * Of a volume that is bound.
   *
   * @param madeBy the class that it was made with; empty if it is gone
   */
  public static Judgement of(VolumeView volume, Optional<ClassView> madeBy) {
    var name = "PersistentVolume " + volume.name();
    if (volume.copied()) {
      return new Judgement.Unknown(
          name + " was made from another volume or a snapshot, and may be as that was");
    }
    var declared = declared(name, volume.attributes(), volume.declaration());
    if (declared.isPresent()) {
      return declared.get();
    }
    if (madeBy.isEmpty()) {
      return new Judgement.Unknown(
          name
              + volume
                  .storageClass()
                  .map(gone -> " was made with StorageClass " + gone + ", which is gone")
                  .orElse(" was made by hand"));
    }
    var made = madeBy.get();
    if (volume.created().isBefore(made.created())) {
      return new Judgement.Unknown(
          name + " is older than its StorageClass " + made.name() + ", which was made anew");
    }
    var rule = Catalogue.rule(made.provisioner());
    if (rule.isPresent() && !volume.isOf(made.provisioner())) {
      // A driver vouches for the volumes that it made itself, and for no others.
      return new Judgement.Unknown(name + " was not made by " + made.provisioner());
    }
    var judged =
        rule.map(
            known -> known.ofVolume(made.provisioner(), made.parameters(), volume.attributes()));
    return judged
        .filter(Judgement::isProven)
        .or(
            () ->
                declared(
                    "StorageClass " + made.name(),
                    both(made.parameters(), volume.attributes()),
                    made.declaration()))
        .or(() -> judged)
        .orElseGet(() -> notKnown(made));
  }

  private static Judgement notKnown(ClassView made) {
    return new Judgement.Unknown(
        "provisioner "
            + made.provisioner()
            + " of StorageClass "
            + made.name()
            + " is not in the catalogue");
  }

  private static Map<String, String> both(Map<String, String> one, Map<String, String> other) {
    var all = new TreeMap<>(one);
    all.putAll(other);
    return all;
  }

  /** What an administrator declared, unless the object itself says otherwise. */
  private static Optional<Judgement> declared(
      String name, Map<String, String> words, Optional<String> declaration) {
    return declared(declaration)
        .map(
            text ->
                contradiction(words)
                    .<Judgement>map(
                        word ->
                            new Judgement.NotEncrypted(
                                name + " is declared to be encrypted, but says " + word))
                    .orElseGet(
                        () ->
                            new Judgement.Encrypted(
                                "declared by an administrator on " + name + ": " + text)));
  }

  private static Optional<String> contradiction(Map<String, String> words) {
    return words.entrySet().stream()
        .filter(
            word -> {
              var key = word.getKey().toLowerCase(Locale.ROOT);
              var last = key.substring(key.lastIndexOf('/') + 1).replace("-", "");
              return NAMES.contains(last) && NO.contains(word.getValue().toLowerCase(Locale.ROOT));
            })
        .map(word -> word.getKey() + "=" + word.getValue())
        .sorted()
        .findFirst();
  }

  private static Optional<String> declared(Optional<String> words) {
    return words
        .map(text -> text.replaceAll("\\p{Cntrl}", " ").strip())
        .filter(text -> !text.isEmpty())
        .map(text -> text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text);
  }
}

package dev.cachecluster.operator.observed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cachecluster.api.v1alpha1.CacheUserSpec;
import dev.cachecluster.operator.acl.Secret;
import dev.cachecluster.operator.acl.ServerUser.Slot;
import dev.cachecluster.operator.desired.Grant;
import dev.cachecluster.operator.desired.Grant.Rotation;
import dev.cachecluster.operator.desired.Grant.Tokens;
import dev.cachecluster.operator.desired.Labels;
import dev.cachecluster.operator.desired.Names;
import dev.cachecluster.operator.desired.UserKey;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A {@link Grant} as it lies in a Secret: passwords by slot, and the rest as one document. */
public final class GrantSecret {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String RECORD = "record";
  private static final String PASSWORD = "password-";

  private GrantSecret() {}

  /** The document. Times are RFC 3339; what is absent is null. */
  private record Document(
      String namespace,
      String name,
      String uid,
      CacheUserSpec spec,
      String published,
      @Nullable String publishedAt,
      @Nullable Asked preparing,
      @Nullable Drain draining,
      @Nullable String leavingUntil,
      @Nullable String handledRotate,
      @Nullable String handledRevoke) {}

  private record Asked(@Nullable String rotate, @Nullable String revoke, boolean leaked) {}

  private record Drain(String since, String until) {}

  /** Whether an object is meant to be one. */
  public static boolean isOne(HasMetadata object) {
    var labels = object.getMetadata().getLabels();
    return object instanceof io.fabric8.kubernetes.api.model.Secret
        && labels != null
        && labels.containsKey(Labels.CLUSTER)
        && Labels.GRANT.equals(labels.get(Labels.PART));
  }

  /**
   * Reads it; empty if it is damaged. A damaged one grants nothing and is made anew, with the
   * credentials that the binding still holds.
   */
  public static Optional<Grant> read(HasMetadata object) {
    var text = SecretFields.text(Optional.of(object), RECORD);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      var document = JSON.readValue(text.get(), Document.class);
      var passwords = new EnumMap<Slot, Secret>(Slot.class);
      for (var slot : Slot.values()) {
        SecretFields.secret(Optional.of(object), PASSWORD + slot)
            .ifPresent(password -> passwords.put(slot, password));
      }
      return Optional.of(
          new Grant(
              new UserKey(document.namespace(), document.name()),
              document.uid(),
              document.spec(),
              passwords,
              slot(document.published()),
              Optional.ofNullable(document.publishedAt()).map(Instant::parse),
              rotation(document),
              new Tokens(
                  Optional.ofNullable(document.handledRotate()),
                  Optional.ofNullable(document.handledRevoke()))));
    } catch (JsonProcessingException | RuntimeException e) {
      // The text may hold anything: it is not repeated.
      return Optional.empty();
    }
  }

  private static Slot slot(String text) {
    return text.equals("a") ? Slot.A : Slot.B;
  }

  private static Rotation rotation(Document document) {
    if (document.preparing() != null) {
      var asked = document.preparing();
      return new Rotation.Preparing(
          new Tokens(Optional.ofNullable(asked.rotate()), Optional.ofNullable(asked.revoke())),
          asked.leaked());
    }
    if (document.leavingUntil() != null) {
      return new Rotation.Leaving(Instant.parse(document.leavingUntil()));
    }
    return document.draining() == null
        ? new Rotation.Idle()
        : new Rotation.Draining(
            Instant.parse(document.draining().since()), Instant.parse(document.draining().until()));
  }

  /** The Secret, without its owner. */
  public static io.fabric8.kubernetes.api.model.Secret of(Grant grant, Names names) {
    var preparing =
        grant.rotation() instanceof Rotation.Preparing(var asked, var leaked)
            ? new Asked(asked.rotate().orElse(null), asked.revoke().orElse(null), leaked)
            : null;
    var draining =
        grant.rotation() instanceof Rotation.Draining(var since, var until)
            ? new Drain(since.toString(), until.toString())
            : null;
    var document =
        new Document(
            grant.user().namespace(),
            grant.user().name(),
            grant.uid(),
            grant.spec(),
            grant.published().toString(),
            grant.publishedAt().map(Instant::toString).orElse(null),
            preparing,
            draining,
            grant.rotation() instanceof Rotation.Leaving(var until) ? until.toString() : null,
            grant.handled().rotate().orElse(null),
            grant.handled().revoke().orElse(null));
    var entries = new LinkedHashMap<String, String>();
    entries.put(RECORD, Serialization.asJson(document));
    grant.passwords().forEach((slot, password) -> entries.put(PASSWORD + slot, password.reveal()));
    return new SecretBuilder()
        .withNewMetadata()
        .withName(names.grantSecret(grant.user()))
        .withNamespace(names.namespace())
        .withLabels(Labels.ofUser(names.cluster(), grant.user(), Labels.GRANT))
        .endMetadata()
        .withType("Opaque")
        .withData(encoded(entries))
        .build();
  }

  private static Map<String, String> encoded(Map<String, String> entries) {
    var data = new LinkedHashMap<String, String>();
    entries.forEach(
        (key, value) ->
            data.put(
                key, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))));
    return data;
  }
}

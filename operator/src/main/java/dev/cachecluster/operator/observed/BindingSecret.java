package dev.cachecluster.operator.observed;

import dev.cachecluster.api.v1alpha1.CacheUser;
import dev.cachecluster.operator.acl.ServerUser;
import dev.cachecluster.operator.desired.Grant.Standing;
import dev.cachecluster.operator.pki.CertificateView;
import dev.cachecluster.operator.pki.TrustBundle;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a binding that stands says, wherever the record of it may have gone. */
public final class BindingSecret {
  /** The form of every password of ours: 256 random bits. */
  private static final Pattern PASSWORD = Pattern.compile("[A-Za-z0-9_-]{43}");

  private BindingSecret() {}

  /**
   * The credentials in it, if they can be of this very user. The Secret lies in the application's
   * namespace, so whoever may write Secrets there can choose them: of that application alone.
   */
  public static Optional<Standing> standing(HasMetadata binding, CacheUser user) {
    if (!isOf(binding, user)) {
      return Optional.empty();
    }
    var password =
        SecretFields.secret(Optional.of(binding), "password")
            .filter(secret -> PASSWORD.matcher(secret.reveal()).matches());
    return SecretFields.text(Optional.of(binding), "username")
        .flatMap(ServerUser::parse)
        .filter(
            who ->
                who.namespace().equals(user.getMetadata().getNamespace())
                    && who.name().equals(user.getMetadata().getName()))
        .flatMap(who -> password.map(secret -> new Standing(who.slot(), secret)));
  }

  /** What it says about TLS, if it is this user's own; what cannot be read, it does not say. */
  public static Optional<StandingBinding> tls(Optional<HasMetadata> binding, CacheUser user) {
    return binding
        .filter(object -> isOf(object, user))
        .map(
            object ->
                new StandingBinding(
                    SecretFields.text(Optional.of(object), SecretFields.CA_CERTIFICATE)
                        .map(TrustBundle::read)
                        .orElse(TrustBundle.NONE)
                        .fingerprints(),
                    SecretFields.text(Optional.of(object), SecretFields.CERTIFICATE)
                        .flatMap(CertificateView::find)
                        .map(CertificateView::issuerKeyId)
                        .orElse("")));
  }

  /** Whether the Secret is this user's own. */
  public static boolean isOf(HasMetadata binding, CacheUser user) {
    var owners = binding.getMetadata().getOwnerReferences();
    return owners != null
        && owners.stream().anyMatch(owner -> user.getMetadata().getUid().equals(owner.getUid()));
  }
}

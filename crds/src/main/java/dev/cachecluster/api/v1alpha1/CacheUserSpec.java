package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the application may do, and from where.
 *
 * @param clusterRef The cache. It cannot be changed later: another CacheUser for another cache lets
 *     the application move while both bindings work.
 * @param keys Glob patterns of the keys that the application may touch. Each begins with what is
 *     the application's own, for example session:*, or is "*" alone, which is every key. A user
 *     whose patterns can match a key of an older CacheUser of another namespace is not granted.
 *     Required, but with access type Metrics, which has none.
 * @param channels Glob patterns of the channels it may publish and subscribe to, by the same rules;
 *     none if not given. Channels that begin with '_' carry keyspace notifications, which name the
 *     keys of all applications: they need keys ["*"].
 * @param access Which commands it may send. What a client needs to speak at all is always allowed;
 *     what administrates the server, reaches another database or shows the keys of others never is.
 * @param podSelector The pods of this namespace that may reach the cache: a path over the network,
 *     which is nothing without the credentials. It must name at least one label that these pods
 *     have.
 * @param rotation When its credentials are replaced, and how long the old ones work. A new token in
 *     the annotation cachecluster.dev/rotate asks for it now. A new token in
 *     cachecluster.dev/revoke, as after a leak, does the same without grace: it ends the old
 *     credentials and their sessions at once. A token is any text of at most 253 printable ASCII
 *     characters, and new if it is not the one in status.lastHandled.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value =
        "(has(self.keys) && self.keys == ['*']) || !has(self.channels) || self.channels.all(c, c != '*' &&"
            + " !c.startsWith('_'))",
    message = CacheUserSpec.NOTIFICATIONS_MESSAGE)
@ValidationRule(
    value = "has(self.keys) || self.access.type == 'Metrics'",
    message = CacheUserSpec.NO_KEYS_MESSAGE)
@ValidationRule(
    value = "self.access.type != 'Metrics' || (!has(self.keys) && !has(self.channels))",
    message = CacheUserSpec.METRICS_MESSAGE)
public record CacheUserSpec(
    @Required @ValidationRule(value = "self == oldSelf", message = CacheUserSpec.IMMUTABLE_MESSAGE)
        ClusterReference clusterRef,
    @Nullable
        @Size(min = 1, max = CacheUserSpec.MAX_PATTERNS)
        @ValidationRule(value = CacheUserSpec.ALONE_RULE, message = CacheUserSpec.KEYS_ALONE)
        @EachItem({
          @ValidationRule(value = CacheUserSpec.FORM_RULE, message = CacheUserSpec.KEYS_FORM),
          @ValidationRule(value = CacheUserSpec.BEGIN_RULE, message = CacheUserSpec.KEYS_BEGIN)
        })
        List<@Size(max = CacheUserSpec.MAX_PATTERN_LENGTH) String> keys,
    @Nullable
        @Size(max = CacheUserSpec.MAX_PATTERNS)
        @ValidationRule(value = CacheUserSpec.ALONE_RULE, message = CacheUserSpec.CHANNELS_ALONE)
        @EachItem({
          @ValidationRule(value = CacheUserSpec.FORM_RULE, message = CacheUserSpec.CHANNELS_FORM),
          @ValidationRule(value = CacheUserSpec.BEGIN_RULE, message = CacheUserSpec.CHANNELS_BEGIN)
        })
        List<@Size(max = CacheUserSpec.MAX_PATTERN_LENGTH) String> channels,
    @Required UserAccessSpec access,
    @Required
        @ValidationRule(
            value = SelectorSpec.LABELS_RULE,
            message = CacheUserSpec.POD_SELECTOR + SelectorSpec.LABELS_FORM)
        @ValidationRule(
            value = SelectorSpec.EXPRESSIONS_RULE,
            message = CacheUserSpec.POD_SELECTOR + SelectorSpec.EXPRESSIONS_FORM)
        @ValidationRule(
            value = SelectorSpec.VALUES_RULE,
            message = CacheUserSpec.POD_SELECTOR + SelectorSpec.VALUES_FORM)
        @ValidationRule(
            value = SelectorSpec.REQUIRES_RULE,
            message = CacheUserSpec.SELECTS_ALL_MESSAGE)
        SelectorSpec podSelector,
    @Default("{}") RotationSpec rotation) {

  static final int MAX_PATTERNS = 64;
  static final int MAX_PATTERN_LENGTH = 256;

  /**
   * Printable ASCII without spaces, quotes of any kind and the backslash, which are what access
   * lists and globs could read as more than a character of a key.
   */
  static final String PATTERN = "^[!#-&(-\\[\\]-_a-~]{1,256}$";

  /**
   * Without a literal beginning a pattern reaches into the keys of every other application, and
   * these could never be granted next to it.
   */
  static final String BEGINNING = "(?s)^([*]|[^*?\\[].*)$";

  // Raw strings of CEL, as the expressions hold a backslash.
  static final String FORM_RULE = "self.matches(r'" + PATTERN + "')";
  static final String BEGIN_RULE = "self.matches(r'" + BEGINNING + "')";
  static final String ALONE_RULE = "self.size() == 1 || !('*' in self)";

  static final String FORM =
      "[] must be patterns of 1 to 256 printable ASCII characters without spaces, quotes and"
          + " backslash: replace such characters by '?'";
  static final String BEGIN =
      "[] must begin with a character that is none of '*', '?' and '[', or be \"*\" alone: begin it"
          + " with what is the application's own, for example session:*";
  static final String ALONE = ": \"*\" covers all others: leave it alone or leave it out";

  static final String KEYS_FORM = "spec.keys" + FORM;
  static final String KEYS_BEGIN = "spec.keys" + BEGIN;
  static final String KEYS_ALONE = "spec.keys" + ALONE;
  static final String CHANNELS_FORM = "spec.channels" + FORM;
  static final String CHANNELS_BEGIN = "spec.channels" + BEGIN;
  static final String CHANNELS_ALONE = "spec.channels" + ALONE;
  static final String NOTIFICATIONS_MESSAGE =
      "spec.channels: \"*\" and patterns that begin with '_' reach the keyspace notifications,"
          + " which name the keys of all applications: begin them otherwise, or use them with"
          + " spec.keys [\"*\"]";
  static final String NO_KEYS_MESSAGE =
      "spec.keys is required: name the patterns of the application's keys; only access type Metrics"
          + " goes without";
  static final String METRICS_MESSAGE =
      "spec.keys and spec.channels do not go with access type Metrics, which reads figures and no"
          + " key: remove them or choose another type";
  static final String IMMUTABLE_MESSAGE =
      "spec.clusterRef cannot be changed: create another CacheUser for the other cache, move the"
          + " application to its binding and delete this one";
  static final String POD_SELECTOR = "spec.podSelector";
  static final String SELECTS_ALL_MESSAGE =
      "spec.podSelector must name a label that the application's pods have, by matchLabels or by an"
          + " expression with In or Exists: it would open the path to every pod of the namespace,"
          + " or to all but a few";

  /** Null comes only from JSON without the field that did not pass an API server. */
  public CacheUserSpec {
    keys = Copies.list(keys);
    channels = Copies.list(channels);
    if (rotation == null) {
      rotation = RotationSpec.DEFAULTS;
    }
  }

  /** The patterns of its keys; none with access type Metrics. */
  public List<String> keyPatterns() {
    return keys == null ? List.of() : keys;
  }

  /** The patterns of its channels. */
  public List<String> channelPatterns() {
    return channels == null ? List.of() : channels;
  }
}

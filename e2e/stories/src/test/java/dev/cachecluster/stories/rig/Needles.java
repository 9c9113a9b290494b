package dev.cachecluster.stories.rig;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.Secret;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What nobody may find outside of Secrets: passwords and private keys, as they are and as the API
 * writes them (Base64).
 *
 * @param origins from the text to look for to the place that it was taken from
 */
public record Needles(Map<String, String> origins) {
  /** Long enough not to be met by chance, and in one line of a PEM file. */
  private static final int LENGTH = 40;

  /** 256 bits as the operator writes them, in whatever stands around. */
  private static final Pattern PASSWORD =
      Pattern.compile("(?<![A-Za-z0-9_-])(?=[a-z0-9_-]*[A-Z])[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])");

  public Needles {
    origins = Map.copyOf(origins);
  }

  /** Of every entry that holds one; certificates, addresses and digests are not secret. */
  public static Needles of(Collection<Secret> secrets) {
    var all = new HashMap<String, String>();
    for (var secret : secrets) {
      var name = secret.getMetadata().getNamespace() + "/" + secret.getMetadata().getName();
      secret
          .getData()
          .forEach(
              (key, encoded) -> {
                var text = new String(Base64.getDecoder().decode(encoded), UTF_8);
                texts(text, encoded).forEach(needle -> all.put(needle, name + "[" + key + "]"));
              });
    }
    return new Needles(all);
  }

  private static List<String> texts(String text, String encoded) {
    if (text.contains("PRIVATE KEY-----")) {
      // The beginnings of all PEM files are alike.
      return List.of(keyBody(text), encoded.substring(encoded.length() / 2).substring(0, LENGTH));
    }
    var all = new ArrayList<String>();
    PASSWORD.matcher(text).results().forEach(found -> all.add(found.group()));
    if (!all.isEmpty() && encoded.length() < 4 * LENGTH) {
      all.add(encoded);
    }
    return all;
  }

  /** Both, for secrets that are gone by the time of the search. */
  public Needles and(Needles others) {
    var all = new HashMap<>(origins);
    all.putAll(others.origins);
    return new Needles(all);
  }

  /** The places whose secrets stand in the text. */
  public Collection<String> in(String text) {
    var found = new TreeSet<String>();
    origins.forEach(
        (needle, place) -> {
          if (text.contains(needle)) {
            found.add(place);
          }
        });
    return found;
  }

  /** The end of a key's first line: what comes before tells of the curve. */
  private static String keyBody(String pem) {
    var line = pem.lines().skip(1).findFirst().orElseThrow();
    return line.substring(Math.max(0, line.length() - LENGTH));
  }
}

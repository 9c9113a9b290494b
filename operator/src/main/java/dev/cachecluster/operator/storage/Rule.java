package dev.cachecluster.operator.storage;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** How the volumes of one provisioner show that they are encrypted. */
sealed interface Rule {
  /** Of what a class asks for. */
  Judgement ofClass(String provisioner, Map<String, String> parameters);

  /** Of a volume that such a class made, by what its driver wrote on it. */
  default Judgement ofVolume(
      String provisioner, Map<String, String> parameters, Map<String, String> attributes) {
    return ofClass(provisioner, parameters);
  }

  /**
   * The provider encrypts every volume, whatever is asked for.
   *
   * @param who encrypts it
   */
  record Always(String who) implements Rule {
    @Override
    public Judgement ofClass(String provisioner, Map<String, String> parameters) {
      return new Judgement.Encrypted(provisioner + ": " + who);
    }
  }

  /**
   * Those are whose class has this parameter with this very value: drivers differ in what else they
   * take for it.
   *
   * @param onVolume whether the driver writes it on the volume, where it must stand, too
   * @param only others that mean something else unless they have this value; with an empty value,
   *     they may not be there at all
   */
  record Parameter(String name, String value, boolean onVolume, Map<String, String> only)
      implements Rule {
    public Parameter {
      only = Map.copyOf(only);
    }

    Parameter(String name, String value, boolean onVolume) {
      this(name, value, onVolume, Map.of());
    }

    @Override
    public Judgement ofClass(String provisioner, Map<String, String> parameters) {
      return judge(provisioner, "parameter ", parameters);
    }

    @Override
    public Judgement ofVolume(
        String provisioner, Map<String, String> parameters, Map<String, String> attributes) {
      var asked = ofClass(provisioner, parameters);
      return asked.isProven() && onVolume ? judge(provisioner, "attribute ", attributes) : asked;
    }

    private Judgement judge(String provisioner, String what, Map<String, String> words) {
      if (words.keySet().stream()
          .anyMatch(key -> key.equalsIgnoreCase(name) && !key.equals(name))) {
        return new Judgement.Unknown(
            provisioner + ": " + what + name + " is written in another case, too");
      }
      var other =
          only.entrySet().stream()
              .filter(each -> words.containsKey(each.getKey()))
              .filter(each -> !each.getValue().equals(words.get(each.getKey())))
              .map(Map.Entry::getKey)
              .sorted()
              .findFirst();
      if (other.isPresent()) {
        return new Judgement.Unknown(
            provisioner + ": what " + what + other.get() + " makes of it is not known");
      }
      var found = words.get(name);
      return value.equals(found)
          ? new Judgement.Encrypted(provisioner + ": " + what + name + " is " + value)
          : new Judgement.NotEncrypted(
              provisioner
                  + ": "
                  + what
                  + name
                  + (found == null ? " is missing" : " is " + brief(found))
                  + "; it must be "
                  + value);
    }
  }

  /** Those are whose class has this word in one of these parameters. */
  record Word(String word, List<String> names) implements Rule {
    public Word {
      names = List.copyOf(names);
    }

    @Override
    public Judgement ofClass(String provisioner, Map<String, String> parameters) {
      var found = names.stream().flatMap(name -> Stream.ofNullable(parameters.get(name))).toList();
      return found.size() == 1
              && Arrays.stream(found.getFirst().split(" ")).anyMatch(word::equalsIgnoreCase)
          ? new Judgement.Encrypted(
              provisioner + ": parameter " + names.getFirst() + " has " + word)
          : new Judgement.NotEncrypted(
              provisioner + ": parameter " + names.getFirst() + " has no " + word);
    }
  }

  /** Those for which one of several rules holds. */
  record AnyOf(List<Rule> rules) implements Rule {
    public AnyOf {
      rules = List.copyOf(rules);
    }

    @Override
    public Judgement ofClass(String provisioner, Map<String, String> parameters) {
      return first(rules.stream().map(rule -> rule.ofClass(provisioner, parameters)).toList());
    }

    @Override
    public Judgement ofVolume(
        String provisioner, Map<String, String> parameters, Map<String, String> attributes) {
      return first(
          rules.stream().map(rule -> rule.ofVolume(provisioner, parameters, attributes)).toList());
    }

    private static Judgement first(List<Judgement> all) {
      Optional<Judgement> proven = all.stream().filter(Judgement::isProven).findFirst();
      return proven.orElseGet(all::getFirst);
    }
  }

  private static String brief(String value) {
    return value.length() > 32 ? value.substring(0, 32) + "…" : value;
  }
}

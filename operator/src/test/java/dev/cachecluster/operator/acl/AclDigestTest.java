package dev.cachecluster.operator.acl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AclDigestTest {
  private static final String HASH = "#" + "a".repeat(64);
  private static final String WRITTEN =
      "user u on " + HASH + " resetkeys ~a ~b resetchannels -@all +@read +get +set";

  private static void same(String one, String other) {
    assertThat(AclDigest.ofServer(List.of(one))).isEqualTo(AclDigest.ofFile(other));
  }

  private static void different(String one, String other) {
    assertThat(AclDigest.ofServer(List.of(one))).isNotEqualTo(AclDigest.ofFile(other));
  }

  @Test
  void whatServersAddOrReorderWithoutMeaningDoesNotCount() {
    same(
        "user u on sanitize-payload " + HASH + " ~b ~a resetchannels -@all +@read +set +get",
        WRITTEN);
  }

  @Test
  void whatHasMeaningCounts() {
    different(WRITTEN.replace(" on ", " off "), WRITTEN);
    different(WRITTEN + " +del", WRITTEN);
    different(WRITTEN.replace(" +set", ""), WRITTEN);
    different(WRITTEN.replace("~b", "~*"), WRITTEN);
    different(WRITTEN.replace("resetchannels", "&*"), WRITTEN);
    different(WRITTEN.replace(HASH, "nopass"), WRITTEN);
    different(WRITTEN.replace(HASH, HASH + " #" + "b".repeat(64)), WRITTEN);
    different(WRITTEN.replace("-@all", "+@all"), WRITTEN);
    different(WRITTEN.replace("user u", "user v"), WRITTEN);
    different(WRITTEN + " (~x +get)", WRITTEN);
    different(WRITTEN + " skip-sanitize-payload", WRITTEN);
  }

  @Test
  void theOrderOfRulesCountsWhereALaterOneCanUndoAnEarlier() {
    different(
        "user u on nopass -@all +@read -@dangerous", "user u on nopass -@all -@dangerous +@read");
    different("user u on nopass -@all +get -@read", "user u on nopass -@all -@read +get");
    different(
        "user u on nopass -@all +client -client|kill",
        "user u on nopass -@all -client|kill +client");
  }

  @Test
  void rulesCountByWhatTheyAllow() {
    String readsNoHash = "user u on nopass -@all +@hash -@write";
    same(
        "user u on nopass -@all +hexists +hget +hgetall +hkeys +hlen +hmget +hrandfield +hscan"
            + " +hstrlen +hvals",
        readsNoHash);
    same("user u on nopass -@all -set +get", "user u on nopass -@all +get");
    same("user u on nopass -@all +get +get", "user u on nopass -@all +get");
    different(readsNoHash + " +hset", readsNoHash);
    different(readsNoHash + " -hget", readsNoHash);
    different("user u on nopass -@all +client", "user u on nopass -@all +client -client|kill");
    different("user u on nopass -@all", "user u on nopass -@all +ping");
  }

  /** It may grant something, on an engine that knows it. */
  @Test
  void aRuleThatIsNotKnownCountsAsItStands() {
    String known = "user u on nopass -@all +get";
    for (String rule :
        List.of("+hexpire", "+@json", "+select|0", "+client|no-touch", "+commandlog|get")) {
      different(known + " " + rule, known);
      different(known + " " + rule, known + " " + rule.replace('+', '-'));
      same(known + " " + rule, known + " " + rule);
    }
    different("user u on nopass +@all", "user u on nopass -@all +@all -get");
    different("user u on nopass +@all", "user u on nopass -@all +@read +@write");
  }

  @Test
  void aMissingOrAddedUserCounts() {
    String other = "user w on nopass -@all";
    assertThat(AclDigest.ofServer(List.of(WRITTEN, other)))
        .isEqualTo(AclDigest.ofServer(List.of(other, WRITTEN)))
        .isNotEqualTo(AclDigest.ofServer(List.of(WRITTEN)));
  }
}

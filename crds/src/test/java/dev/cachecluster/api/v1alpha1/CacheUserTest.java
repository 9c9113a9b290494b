package dev.cachecluster.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CacheUserTest {

  @ParameterizedTest
  @MethodSource("dev.cachecluster.api.v1alpha1.SpecCheckTest#goodUsers")
  void writtenAndReadAgainItIsTheSame(Sample sample) {
    CacheUser user = sample.user();
    assertThat(Sample.reread(user, CacheUser.class).getSpec()).isEqualTo(user.getSpec());
  }

  @Test
  void defaultsAreThoseOfTheCrd() throws IOException {
    CacheUserSpec spec = good("user-least.yaml").getSpec();
    assertThat(spec.rotation()).isEqualTo(new RotationSpec(null, "10m"));
    assertThat(spec.channels()).isNull();
    for (String same : List.of("user-nulls.yaml", "user-null-rotation.yaml")) {
      assertThat(good(same).getSpec()).isEqualTo(spec);
    }
    assertThat(good("user-empty.yaml").getSpec().rotation()).isEqualTo(spec.rotation());
  }

  @Test
  void absentFieldsAreNotWritten() throws IOException {
    assertThat(Sample.write(good("user-least.yaml")))
        .doesNotContain("null", "status", "channels", "interval", "custom", "matchExpressions");
  }

  @Test
  void clusterIsInTheNamespaceOfTheUserUnlessAnotherIsNamed() {
    assertThat(new ClusterReference("demo", null).namespaceFor("shop")).isEqualTo("shop");
    assertThat(new ClusterReference("demo", "platform").namespaceFor("shop")).isEqualTo("platform");
  }

  @ParameterizedTest
  @EnumSource
  void categoryIsWrittenAsTheEngineNamesIt(CommandCategory category) throws IOException {
    CacheUser user = good("user-least.yaml");
    CacheUserSpec spec = user.getSpec();
    var custom = new CustomAccessSpec(List.of(category));
    user.setSpec(
        new CacheUserSpec(
            spec.clusterRef(),
            spec.keys(),
            null,
            new UserAccessSpec(UserAccessType.CUSTOM, custom),
            spec.podSelector(),
            spec.rotation()));
    assertThat(Sample.write(user)).containsPattern("- \"?" + category.engineName() + "\"?\n");
    assertThat(Sample.reread(user, CacheUser.class).getSpec().access().custom()).isEqualTo(custom);
  }

  @Test
  void thereAreAsManyCategoriesAsAListMayHold() {
    assertThat(CommandCategory.values()).hasSize(CustomAccessSpec.MAX_CATEGORIES);
  }

  @Test
  void statusIsWrittenAndReadAgain() {
    Condition ready =
        new ConditionBuilder()
            .withType("Ready")
            .withStatus("True")
            .withReason("Granted")
            .withMessage("The application can connect")
            .withLastTransitionTime("2026-01-01T00:00:00Z")
            .build();
    var status =
        new CacheUserStatus(
            7L,
            List.of(ready),
            new BindingStatus("shop-cache"),
            "team.shop~a",
            "2026-01-01T00:00:00Z",
            new UserRotationStatus(RotationStage.DRAINING, "2026-01-01T00:00:00Z"),
            new TlsStatus("2026-04-01T00:00:00Z"),
            new HandledStatus("one", "two"));
    assertThat(NullComponents.of(status)).isEmpty();
    var user = new CacheUser();
    user.setStatus(status);
    assertThat(Sample.reread(user, CacheUser.class).getStatus()).isEqualTo(status);
    // The path at which the Service Binding specification looks for the Secret.
    assertThat(Sample.write(user))
        .containsPattern("status:\n(  .*\n)*  binding:\n    name: \"?shop-cache");
  }

  /** People copy from the example; a field it lacks is a field nobody finds. */
  @Test
  void exampleLacksNothing() throws IOException {
    List<Set<String>> missing = new ArrayList<>();
    for (Sample sample : Sample.allOf(Sample.EXAMPLES.resolve("03-two-tenants.yaml"))) {
      if (sample.kind() == CrdKind.CACHE_USER) {
        missing.add(NullComponents.of(sample.user().getSpec()));
      }
    }
    assertThat(missing).hasSize(2);
    missing.getFirst().retainAll(missing.getLast());
    assertThat(missing.getFirst()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "2026-11-25T10:00:00Z", "a leak, see ticket 7", "~"})
  void tokenIsTaken(String token) {
    CacheUser user = annotated(CacheUser.ROTATE, token);
    assertThat(user.token(CacheUser.ROTATE)).contains(token);
    assertThat(user.token(CacheUser.REVOKE)).isEmpty();
    assertThat(CacheUserCheck.checkTokens(user)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\nb", "a\n", "\u0000", "\u00e4"})
  void badTokenAsksForNothingAndIsNoReasonToRefuseTheSpec(String token) throws IOException {
    assertBadToken(token);
    assertBadToken(token + "x".repeat(254));
  }

  private static void assertBadToken(String token) throws IOException {
    CacheUser user = annotated(CacheUser.REVOKE, token);
    assertThat(user.token(CacheUser.REVOKE)).isEmpty();
    assertThat(CacheUserCheck.checkTokens(user))
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.field()).contains(CacheUser.REVOKE);
              assertThat(problem.message()).startsWith(problem.field()).hasLineCount(1);
            });
    user.setSpec(good("user-least.yaml").getSpec());
    assertThat(CacheUserCheck.check(user)).isEmpty();
  }

  @Test
  void withoutAnnotationsNothingIsAskedFor() {
    var user = new CacheUser();
    assertThat(user.token(CacheUser.ROTATE)).isEmpty();
    assertThat(CacheUserCheck.checkTokens(user)).isEmpty();
  }

  private static CacheUser annotated(String annotation, String token) {
    var user = new CacheUser();
    user.setMetadata(
        new ObjectMetaBuilder().withName("shop").addToAnnotations(annotation, token).build());
    return user;
  }

  private static CacheUser good(String name) throws IOException {
    return Sample.of(Sample.GOOD.resolve(name)).user();
  }
}

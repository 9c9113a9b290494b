package dev.cachecluster.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The committed CRDs are what the Java types say. */
class CrdGoldenTest {
  /** Client-side apply stores the object once more in an annotation of at most 256 KiB. */
  private static final int MOST_BYTES = 60_000;

  @ParameterizedTest
  @EnumSource
  void committedCrdIsWhatTheTypesSay(CrdKind kind) throws IOException {
    String generated = CrdGenerator.yaml(kind);
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(kind.committed, generated);
    }
    assertThat(Files.readString(kind.committed))
        .as(
            "crds/%s differs from what the Java types say; if the change of the types is wanted,"
                + " run `%s` and commit the file",
            kind.committed, CrdGenerator.UPDATE)
        .isEqualTo(generated);
  }

  @ParameterizedTest
  @EnumSource
  void crdIsInstalledWithTheOthers(CrdKind kind) throws IOException {
    assertThat(Files.readAllLines(Path.of("kustomization.yaml"))).contains("  - " + kind.committed);
  }

  @ParameterizedTest
  @EnumSource
  void crdIsSmallEnoughForClientSideApply(CrdKind kind) throws IOException {
    assertThat(CrdGenerator.yaml(kind).getBytes(StandardCharsets.UTF_8).length)
        .isLessThan(MOST_BYTES);
  }

  @ParameterizedTest
  @EnumSource
  void crdHidesNothingFromValidation(CrdKind kind) throws IOException {
    assertThat(CrdGenerator.yaml(kind)).doesNotContain("preserve-unknown-fields");
  }
}

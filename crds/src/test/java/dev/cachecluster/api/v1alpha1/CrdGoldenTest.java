package dev.cachecluster.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** The committed CRD is what the Java types say. */
class CrdGoldenTest {
  /** Client-side apply stores the object once more in an annotation of at most 256 KiB. */
  private static final int MOST_BYTES = 60_000;

  @Test
  void committedCrdIsWhatTheTypesSay() throws IOException {
    String generated = CrdGenerator.yaml();
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(CrdGenerator.COMMITTED, generated);
    }
    assertThat(Files.readString(CrdGenerator.COMMITTED))
        .as(
            "crds/%s differs from what the Java types say; if the change of the types is wanted,"
                + " run `%s` and commit the file",
            CrdGenerator.COMMITTED, CrdGenerator.UPDATE)
        .isEqualTo(generated);
  }

  @Test
  void crdIsSmallEnoughForClientSideApply() throws IOException {
    assertThat(CrdGenerator.yaml().getBytes(StandardCharsets.UTF_8).length).isLessThan(MOST_BYTES);
  }

  @Test
  void crdHidesNothingFromValidation() throws IOException {
    assertThat(CrdGenerator.yaml()).doesNotContain("preserve-unknown-fields");
  }
}

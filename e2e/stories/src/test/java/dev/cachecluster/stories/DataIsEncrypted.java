package dev.cachecluster.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachecluster.stories.rig.Cache;
import dev.cachecluster.stories.rig.Disks;
import dev.cachecluster.stories.rig.Story;
import dev.cachecluster.stories.rig.Writer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What is written through a cache is looked for on the disk itself.
 *
 * <ol>
 *   <li>create a cache on plain volumes, which needs {@code encryption.required: false}, and one on
 *       encrypted ones → both healthy; EncryptionVerified is False for the one, and True for the
 *       other, with the evidence for every volume
 *   <li>write keys of a known name through each, and search all bytes of the disk → those of the
 *       plain volumes are found, those of the encrypted ones are not
 *   <li>look through the mounted volume of the encrypted one → there they are
 * </ol>
 */
@Order(2)
class DataIsEncrypted {
  private static final Duration WRITTEN = Duration.ofMinutes(1);
  @RegisterExtension final Story story = new Story();

  @Test
  void story() {
    var disks = Disks.of(story);
    var encrypted = disks.encrypted();
    story.step(1, "a cache on plain volumes, and one on encrypted ones");
    var open =
        Cache.readyIn(
            story,
            story.anotherNamespace("plain"),
            "{topology: {replicas: 1}, persistence: {mode: AppendOnly, size: 384Mi, storageClassName:"
                + " local, encryption: {required: false}}}");
    var closed =
        Cache.ready(
            story,
            "{topology: {replicas: 1}, persistence: {mode: AppendOnly, size: 384Mi, storageClassName: "
                + encrypted
                + "}}");
    var unproven = open.told("EncryptionVerified");
    assertThat(unproven.getStatus()).isEqualTo("False");
    story.tell("on plain volumes: " + unproven.getMessage());
    assertThat(closed.told("EncryptionVerified").getStatus()).isEqualTo("True");
    for (var member : Objects.requireNonNull(closed.status().members())) {
      assertThat(Objects.requireNonNull(member.volume()).encryption())
          .contains("declared by an administrator")
          .contains(encrypted);
    }

    story.step(2, "known keys are written, and looked for on the disk");
    write(open, "needle-in-the-open");
    write(closed, "needle-in-the-dark");
    int plain = disks.found("needle-in-the-open");
    int dark = disks.found("needle-in-the-dark");
    story.tell("found " + plain + " times of the plain, " + dark + " of the encrypted volumes");
    assertThat(plain).as("found of what was written on plain volumes").isPositive();
    assertThat(dark).as("found of what was written on encrypted volumes").isZero();

    story.step(3, "through the mounted volume they are there");
    assertThat(
            disks
                .inVolume(closed, closed.primaryPod(), "grep -rl needle-in-the-dark . | wc -l")
                .strip())
        .as("files with them")
        .isNotEqualTo("0");
  }

  private void write(Cache cache, String run) {
    var writer =
        Writer.start(
            story,
            cache,
            Optional.empty(),
            List.of("--rate", "500", "--for", "2s", "--verify-after", "2s", "--run", run));
    writer.result(WRITTEN).assertNothingLost().assertNothingFailed();
  }
}

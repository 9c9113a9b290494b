package dev.cachecluster.api.v1alpha1;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.crdv2.generator.CRDGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Makes the CRDs from the Java types and their Javadoc. */
final class CrdGenerator {
  static final Path SOURCES = Path.of("src/main/java");
  static final String UPDATE = "mvn -pl crds test -Dtest=CrdGoldenTest -Dgolden.update=true";

  private static final String HEADER =
      "# Made from the Java types in crds/src/main/java. Do not edit: change them, then run\n# "
          + UPDATE
          + "\n";

  /** Whole lines: a rule in one piece can be read, searched for and compared. */
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.SPLIT_LINES)
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .build();

  /** Bounds are doubles in the model; as 5.0 they would differ from what an API server returns. */
  private static final Pattern BOUND =
      Pattern.compile("^( +(?:minimum|maximum): )(-?[0-9.E]+)$", Pattern.MULTILINE);

  private CrdGenerator() {}

  static String yaml(CrdKind kind) throws IOException {
    var output = new InMemory();
    new CRDGenerator()
        .forCRDVersions("v1")
        .customResourceClasses(kind.type)
        .withParallelGenerationEnabled(false)
        .withPostProcessor(new CrdShape(kind, SourceDocs.READ))
        .withOutput(output)
        .generate();
    JsonNode crd = YAML.readTree(output.bytes.toByteArray());
    return HEADER
        + BOUND
            .matcher(YAML.writeValueAsString(crd))
            .replaceAll(bound -> bound.group(1) + whole(bound.group(2)));
  }

  private static String whole(String number) {
    return new BigDecimal(number).toBigIntegerExact().toString();
  }

  /** Read once: it takes a compiler some time. */
  private static final class SourceDocs {
    static final Javadocs READ = read();

    private static Javadocs read() {
      try {
        return Javadocs.of(SOURCES);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static final class InMemory implements CRDGenerator.CRDOutput<OutputStream> {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    public OutputStream outputFor(String crdName) {
      return bytes;
    }

    @Override
    public void close() {}
  }
}

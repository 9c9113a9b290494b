package dev.cachecluster.api.v1alpha1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.annotation.processing.SupportedAnnotationTypes;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.ElementFilter;
import javax.tools.ToolProvider;

/**
 * The Javadoc of types and of record components. Class files hold none, so the sources are read
 * once more, by the compiler itself and without writing anything.
 */
final class Javadocs {
  private static final Pattern PARAM =
      Pattern.compile("@param\\s+(\\w+)\\s+(.*?)(?=\\s@\\w+\\s|\\z)", Pattern.DOTALL);
  private static final Pattern INLINE_TAG = Pattern.compile("\\{@\\w+ ([^}]*)}");

  private final Map<String, String> texts = new HashMap<>();

  private Javadocs() {}

  static Javadocs of(Path sources) throws IOException {
    var compiler = ToolProvider.getSystemJavaCompiler();
    var docs = new Javadocs();
    try (var files = compiler.getStandardFileManager(null, null, null);
        var tree = Files.walk(sources)) {
      List<Path> java = tree.filter(path -> path.toString().endsWith(".java")).toList();
      var options =
          List.of("-proc:only", "-classpath", System.getProperty("java.class.path"), "-Xlint:none");
      var task =
          compiler.getTask(
              null, files, null, options, null, files.getJavaFileObjectsFromPaths(java));
      task.setProcessors(List.of(docs.new Reader()));
      if (!task.call()) {
        throw new IllegalStateException("the API types in " + sources + " do not compile");
      }
    }
    return docs;
  }

  Optional<String> ofType(Class<?> type) {
    return Optional.ofNullable(texts.get(type.getName()));
  }

  Optional<String> ofComponent(Class<?> type, String component) {
    return Optional.ofNullable(texts.get(type.getName() + "#" + component));
  }

  private void add(String type, String comment) {
    int tags = comment.indexOf("@param");
    put(type, tags < 0 ? comment : comment.substring(0, tags));
    Matcher params = PARAM.matcher(comment);
    while (params.find()) {
      put(type + "#" + params.group(1), params.group(2));
    }
  }

  private void put(String key, String text) {
    String line = INLINE_TAG.matcher(text).replaceAll("$1").strip().replaceAll("\\s+", " ");
    if (!line.isEmpty()) {
      texts.put(key, line);
    }
  }

  @SupportedAnnotationTypes("*")
  private final class Reader extends AbstractProcessor {
    @Override
    public SourceVersion getSupportedSourceVersion() {
      return SourceVersion.latest();
    }

    @Override
    public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
      for (TypeElement type : ElementFilter.typesIn(round.getRootElements())) {
        read(type);
      }
      return false;
    }

    private void read(Element type) {
      String comment = processingEnv.getElementUtils().getDocComment(type);
      if (comment != null) {
        add(((TypeElement) type).getQualifiedName().toString(), comment);
      }
    }
  }
}

package dev.cachecluster.operator.training;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/**
 * A server that says what one would say and keeps nothing: enough for an operator to connect to,
 * and to look after. It proves nothing of any engine.
 */
final class TrainingServer implements AutoCloseable {
  private final SSLServerSocket socket;
  private final List<String> accessList;
  private final Function<TrainingServer, String> info;
  private final Map<String, String> settings;
  private volatile String leader;

  /**
   * Starts it.
   *
   * @param settings what CONFIG GET shows
   * @param accessList what ACL LIST shows
   * @param info what INFO shows
   */
  TrainingServer(
      SSLContext tls,
      InetAddress address,
      int port,
      Map<String, String> settings,
      List<String> accessList,
      Function<TrainingServer, String> info)
      throws IOException {
    this.settings = new ConcurrentHashMap<>(settings);
    this.accessList = accessList;
    this.info = info;
    leader = settings.getOrDefault("replicaof", "").split(" ", 2)[0];
    socket = (SSLServerSocket) tls.getServerSocketFactory().createServerSocket(port, 50, address);
    socket.setEnabledProtocols(new String[] {"TLSv1.3"});
    socket.setNeedClientAuth(true);
    Thread.ofVirtual().start(this::accept);
  }

  /** Whom it follows; empty if it leads. */
  String leader() {
    return leader;
  }

  String ip() {
    return socket.getInetAddress().getHostAddress();
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        var client = socket.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException ended) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      var in = new BufferedInputStream(client.getInputStream());
      while (true) {
        client.getOutputStream().write(answer(command(in)).getBytes(UTF_8));
        client.getOutputStream().flush();
      }
    } catch (IOException ended) {
      // The client went, or never was one: a probe without TLS.
    }
  }

  private String answer(List<String> words) {
    var name = words.getFirst().toUpperCase(Locale.ROOT);
    var part = words.size() > 1 ? words.get(1).toUpperCase(Locale.ROOT) : "";
    return switch (name) {
      case "HELLO" ->
          "%4\r\n"
              + Stream.of(
                      "server",
                      "valkey",
                      "version",
                      "8.1.1",
                      "mode",
                      "standalone",
                      "role",
                      "master")
                  .map(word -> "+" + word + "\r\n")
                  .collect(Collectors.joining());
      case "INFO" -> bulk(info.apply(this));
      case "ACL" ->
          part.equals("LIST") ? "*" + accessList.size() + "\r\n" + bulks(accessList) : "+OK\r\n";
      case "CONFIG" -> config(part, words.subList(2, words.size()));
      case "CLIENT" -> part.equals("KILL") ? ":0\r\n" : "+OK\r\n";
      case "REPLICAOF" -> {
        leader = part.equals("NO") ? "" : words.get(1);
        yield "+OK\r\n";
      }
      default -> "+OK\r\n";
    };
  }

  private String config(String part, List<String> words) {
    if (part.equals("GET")) {
      var known = new ArrayList<String>();
      for (var word : words) {
        if (settings.containsKey(word)) {
          known.add(word);
          known.add(settings.getOrDefault(word, ""));
        }
      }
      return "%" + known.size() / 2 + "\r\n" + bulks(known);
    }
    for (int i = 0; i + 1 < words.size(); i += 2) {
      settings.put(words.get(i), words.get(i + 1));
    }
    return "+OK\r\n";
  }

  private static String bulks(List<String> items) {
    return items.stream().map(TrainingServer::bulk).collect(Collectors.joining());
  }

  private static String bulk(String text) {
    return "$" + text.getBytes(UTF_8).length + "\r\n" + text + "\r\n";
  }

  private static List<String> command(InputStream in) throws IOException {
    var words = new ArrayList<String>();
    int count = number(in, '*');
    for (int i = 0; i < count; i++) {
      int length = number(in, '$');
      words.add(new String(in.readNBytes(length), UTF_8));
      in.skipNBytes(2);
    }
    if (words.isEmpty()) {
      throw new EOFException("an empty command");
    }
    return words;
  }

  private static int number(InputStream in, char type) throws IOException {
    if (in.read() != type) {
      throw new EOFException("not a command");
    }
    int value = 0;
    for (int c = in.read(); c != '\r'; c = in.read()) {
      if (c < '0' || c > '9') {
        throw new EOFException("not a number");
      }
      value = value * 10 + c - '0';
    }
    in.skipNBytes(1);
    return value;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

package dev.cachecluster.operator.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cachecluster.operator.pki.KeyPairPem;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A client of a few lines, of no relation to the library under test: one socket, one command, one
 * answer.
 */
public final class RespClient implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 5000;

  private final Socket socket;
  private final InputStream in;

  private RespClient(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  /** The server said no. */
  public static final class ErrorReply extends IOException {
    private static final long serialVersionUID = 1L;

    ErrorReply(String message) {
      super(message);
    }
  }

  static RespClient plaintext(MemberAddress server) throws IOException {
    return new RespClient(new Socket(InetAddress.ofLiteral(server.ip()), server.port()));
  }

  /**
   * @param identity null for none
   */
  static RespClient tls(
      MemberAddress server, String caPem, @Nullable KeyPairPem identity, String... protocols)
      throws IOException {
    SSLContext context = TestTls.context(caPem, identity);
    Socket tcp = new Socket(InetAddress.ofLiteral(server.ip()), server.port());
    try {
      tcp.setSoTimeout(PATIENCE_MILLIS);
      SSLSocket tls =
          (SSLSocket)
              context.getSocketFactory().createSocket(tcp, server.tlsName(), server.port(), true);
      SSLParameters parameters = tls.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      parameters.setProtocols(protocols);
      tls.setSSLParameters(parameters);
      tls.startHandshake();
      return new RespClient(tls);
    } catch (IOException e) {
      tcp.close();
      throw e;
    }
  }

  void authenticate(String user, String password) throws IOException {
    call("AUTH", user, password);
  }

  /** The answer: a string, a number, null, or a list of such. An error is thrown. */
  public @Nullable Object call(String... words) throws IOException {
    send(words);
    return receive();
  }

  void send(String... words) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(("*" + words.length + "\r\n").getBytes(UTF_8));
    for (String word : words) {
      byte[] bytes = word.getBytes(UTF_8);
      out.writeBytes(("$" + bytes.length + "\r\n").getBytes(UTF_8));
      out.writeBytes(bytes);
      out.writeBytes("\r\n".getBytes(UTF_8));
    }
    socket.getOutputStream().write(out.toByteArray());
    socket.getOutputStream().flush();
  }

  @Nullable Object receive() throws IOException {
    String line = line();
    String rest = line.substring(1);
    return switch (line.charAt(0)) {
      case '+' -> rest;
      case '-' -> throw new ErrorReply(rest);
      case ':' -> Long.parseLong(rest);
      case '$' -> bulk(Integer.parseInt(rest));
      case '*' -> list(Integer.parseInt(rest));
      default -> throw new IOException("not an answer: " + line);
    };
  }

  private @Nullable String bulk(int length) throws IOException {
    if (length < 0) {
      return null;
    }
    byte[] bytes = in.readNBytes(length + 2);
    return new String(bytes, 0, length, UTF_8);
  }

  private @Nullable List<@Nullable Object> list(int length) throws IOException {
    if (length < 0) {
      return null;
    }
    List<@Nullable Object> items = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      try {
        items.add(receive());
      } catch (ErrorReply e) {
        items.add(e);
      }
    }
    return items;
  }

  private String line() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\r'; b = in.read()) {
      if (b == -1) {
        throw new EOFException("the server closed the connection");
      }
      bytes.write(b);
    }
    if (in.read() != '\n') {
      throw new IOException("a line ends with CR LF");
    }
    if (bytes.size() == 0) {
      throw new IOException("an empty answer");
    }
    return bytes.toString(UTF_8);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

package dev.cachecluster.operator.mockapi;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.StandardHttpClient;
import io.fabric8.kubernetes.client.http.StandardHttpClientBuilder;
import io.fabric8.kubernetes.client.http.StandardHttpHeaders;
import io.fabric8.kubernetes.client.http.StandardHttpRequest;
import io.fabric8.kubernetes.client.http.StandardWebSocketBuilder;
import io.fabric8.kubernetes.client.http.WebSocket;
import io.fabric8.kubernetes.client.http.WebSocketResponse;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/**
 * A real fabric8 client without a network: each request is handed over in the caller's thread, so
 * that tests are fast and a fault hits the very request it is meant for. It does no watches.
 */
public final class MemoryTransport implements HttpClient.Factory {

  /** Where a request goes; an exception is what a broken connection looks like. */
  @FunctionalInterface
  public interface Wire {
    ApiReply exchange(ApiRequest request) throws IOException;
  }

  /** Shared, since it learns each class only once, and that takes longer than a whole test. */
  public static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

  private final Wire wire;

  public MemoryTransport(Wire wire) {
    this.wire = wire;
  }

  /**
   * A client over a wire.
   *
   * @param repeats how often the client itself repeats a request that failed
   */
  public static KubernetesClient client(Wire wire, int repeats) {
    var config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl("http://mock.invalid/")
            .withNamespace("default")
            .withRequestRetryBackoffLimit(repeats)
            .build();
    return new KubernetesClientBuilder()
        .withHttpClientFactory(new MemoryTransport(wire))
        .withKubernetesSerialization(SERIALIZATION)
        .withConfig(config)
        .build();
  }

  @Override
  public HttpClient.Builder newBuilder() {
    return new ClientBuilder(this);
  }

  private static final class ClientBuilder
      extends StandardHttpClientBuilder<Client, MemoryTransport, ClientBuilder> {
    ClientBuilder(MemoryTransport factory) {
      super(factory);
    }

    @Override
    public HttpClient build() {
      return new Client(
          this, client == null ? new AtomicBoolean() : client.getClosed(), clientFactory.wire);
    }

    @Override
    protected ClientBuilder newInstance(MemoryTransport factory) {
      return new ClientBuilder(factory);
    }
  }

  private static final class Client
      extends StandardHttpClient<Client, MemoryTransport, ClientBuilder> {
    private final Wire wire;

    Client(ClientBuilder builder, AtomicBoolean closed, Wire wire) {
      super(builder, closed);
      this.wire = wire;
    }

    @Override
    public CompletableFuture<WebSocketResponse> buildWebSocketDirect(
        StandardWebSocketBuilder builder, WebSocket.Listener listener) {
      return CompletableFuture.failedFuture(new IOException("this transport does no watches"));
    }

    @Override
    public CompletableFuture<HttpResponse<AsyncBody>> consumeBytesDirect(
        StandardHttpRequest request, AsyncBody.Consumer<List<ByteBuffer>> consumer) {
      try {
        var uri = request.uri();
        var reply =
            wire.exchange(
                ApiRequest.of(
                    request.method(),
                    uri.getPath(),
                    Objects.requireNonNullElse(uri.getRawQuery(), ""),
                    Objects.requireNonNullElse(request.getContentType(), ""),
                    Objects.requireNonNullElse(request.bodyString(), "")));
        return CompletableFuture.completedFuture(
            new Response(request, reply, new Body(reply.body(), consumer)));
      } catch (IOException e) {
        return CompletableFuture.failedFuture(e);
      }
    }

    @Override
    protected void doClose() {}
  }

  private static final class Body implements AsyncBody {
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final AtomicBoolean delivered = new AtomicBoolean();
    private final String text;
    private final Consumer<List<ByteBuffer>> consumer;

    Body(String text, Consumer<List<ByteBuffer>> consumer) {
      this.text = text;
      this.consumer = consumer;
    }

    /**
     * The first call brings all there is; the consumer asks for more from within it, and there is
     * none.
     */
    @Override
    public void consume() {
      if (delivered.getAndSet(true)) {
        done.complete(null);
        return;
      }
      try {
        consumer.consume(List.of(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8))), this);
        done.complete(null);
      } catch (Exception e) {
        done.completeExceptionally(e);
      }
    }

    @Override
    public CompletableFuture<Void> done() {
      return done;
    }

    @Override
    public void cancel() {
      done.cancel(false);
    }
  }

  private static final class Response extends StandardHttpHeaders
      implements HttpResponse<AsyncBody> {
    private final HttpRequest request;
    private final ApiReply reply;
    private final AsyncBody body;

    Response(HttpRequest request, ApiReply reply, AsyncBody body) {
      super(
          reply.headers().entrySet().stream()
              .collect(Collectors.toMap(Map.Entry::getKey, header -> List.of(header.getValue()))));
      this.request = request;
      this.reply = reply;
      this.body = body;
    }

    @Override
    public int code() {
      return reply.code();
    }

    @Override
    public AsyncBody body() {
      return body;
    }

    @Override
    public HttpRequest request() {
      return request;
    }

    @Override
    public Optional<HttpResponse<?>> previousResponse() {
      return Optional.empty();
    }
  }
}

package dev.cachecluster.operator.mockapi;

import dev.cachecluster.operator.pki.KeyPairPem;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.net.PemKeyCertOptions;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * Puts the API on a port of the loopback interface, watches by WebSocket and by stream included.
 */
public final class HttpFront implements AutoCloseable {
  private final MockApi api;
  private final Vertx vertx;
  private final HttpServer server;
  private final AtomicReference<Function<ApiRequest, Optional<ApiReply>>> trouble =
      new AtomicReference<>(_ -> Optional.empty());

  /**
   * Starts it.
   *
   * @param port 0 for any that is free
   */
  public HttpFront(MockApi api, int port) {
    this(api, port, Optional.empty());
  }

  /**
   * The same by TLS.
   *
   * @param identity what the API shows; empty for plain text
   */
  public HttpFront(MockApi api, int port, Optional<KeyPairPem> identity) {
    this.api = api;
    vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1));
    var options =
        new HttpServerOptions()
            .setHost("127.0.0.1")
            .setPort(port)
            .setMaxWebSocketFrameSize(1 << 22);
    identity.ifPresent(
        shown ->
            options
                .setSsl(true)
                .setKeyCertOptions(
                    new PemKeyCertOptions()
                        .addCertValue(Buffer.buffer(shown.certificatePem()))
                        .addKeyValue(Buffer.buffer(shown.privateKeyPem().reveal()))));
    server = vertx.createHttpServer(options).requestHandler(this::request);
    server.listen().toCompletionStage().toCompletableFuture().join();
  }

  public int port() {
    return server.actualPort();
  }

  /** Answers in place of the API where it wants to. */
  public void trouble(Function<ApiRequest, Optional<ApiReply>> instead) {
    trouble.set(instead);
  }

  private void request(HttpServerRequest request) {
    if ("websocket".equalsIgnoreCase(request.getHeader("Upgrade"))) {
      upgrade(request);
      return;
    }
    request.bodyHandler(
        body -> {
          var parsed =
              ApiRequest.of(
                  request.method().name(),
                  request.path(),
                  Objects.requireNonNullElse(request.query(), ""),
                  Objects.requireNonNullElse(request.getHeader("Content-Type"), ""),
                  body.toString());
          var instead = trouble.get().apply(parsed);
          if (instead.isEmpty() && parsed.isWatch()) {
            stream(parsed, request.response());
          } else {
            answer(instead.orElseGet(() -> api.handle(parsed)), request.response());
          }
        });
  }

  private static void answer(ApiReply reply, HttpServerResponse response) {
    response.setStatusCode(reply.code());
    reply.headers().forEach(response::putHeader);
    var _ = response.end(reply.body());
  }

  private void stream(ApiRequest request, HttpServerResponse response) {
    response.setChunked(true).putHeader("Content-Type", "application/json");
    var context = vertx.getOrCreateContext();
    var watch =
        api.watch(
            request,
            line -> context.runOnContext(_ -> response.write(line + "\n")),
            () -> context.runOnContext(_ -> response.end()));
    watch.ifPresent(running -> response.closeHandler(_ -> running.cancel()));
  }

  private void upgrade(HttpServerRequest request) {
    var parsed =
        ApiRequest.of(
            "GET", request.path(), Objects.requireNonNullElse(request.query(), ""), "", "");
    var instead = trouble.get().apply(parsed);
    if (instead.isPresent()) {
      answer(instead.get(), request.response());
    } else {
      var _ = request.toWebSocket().onSuccess(socket -> watch(parsed, socket));
    }
  }

  private void watch(ApiRequest request, ServerWebSocket socket) {
    var context = vertx.getOrCreateContext();
    var watch =
        api.watch(
            request,
            line -> context.runOnContext(_ -> socket.writeTextMessage(line)),
            () -> context.runOnContext(_ -> socket.close()));
    watch.ifPresent(running -> socket.closeHandler(_ -> running.cancel()));
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  /** What an API server answers to those who may not. */
  public static ApiReply forbidden(ApiRequest request) {
    return ApiError.status(
        403,
        "Forbidden",
        "forbidden: the role does not allow " + request.method() + " " + request.path());
  }

  /** An answer that tells the client to come back later. */
  public static ApiReply busy(int seconds) {
    var reply = ApiError.status(429, "TooManyRequests", "the server has too many requests");
    return new ApiReply(
        429,
        Map.of("Content-Type", "application/json", "Retry-After", Integer.toString(seconds)),
        reply.body());
  }
}

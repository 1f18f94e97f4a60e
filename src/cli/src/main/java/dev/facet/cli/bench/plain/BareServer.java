package dev.facet.cli.bench.plain;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A server that moves bytes and does nothing else: it collects a request's body and answers with {@code ?answer=BYTES} zeros, as a call
 * of gRPC where the request is one. HTTP/1.1 and HTTP/2, with the windows that the server has. It writes its port to standard output
 * when it listens.
 */
public final class BareServer {
    private static final int STREAM_WINDOW = 256 << 10;
    private static final int CONNECTION_WINDOW = 512 << 10;

    private static final Map<Integer, Buffer> ANSWERS = new ConcurrentHashMap<>();

    private BareServer() {}

    private static void answer(HttpServerRequest request) {
        String asked = request.getParam("answer");
        int bytes = asked == null ? 0 : Integer.parseInt(asked);
        request.body().onSuccess(body -> {
            HttpServerResponse response = request.response();
            String type = request.getHeader("Content-Type");
            if ("application/grpc".equals(type)) {
                response.putHeader("Content-Type", type).putTrailer("grpc-status", "0");
            }
            response.end(ANSWERS.computeIfAbsent(bytes, count -> Buffer.buffer(new byte[count])));
        });
    }

    /** Serves until it is stopped. */
    public static void main(String[] arguments) {
        HttpServerOptions options = new HttpServerOptions().setHost("127.0.0.1").setPort(0);
        options.setHttp2ConnectionWindowSize(CONNECTION_WINDOW);
        options.getInitialSettings().setInitialWindowSize(STREAM_WINDOW);
        Vertx.vertx()
                .createHttpServer(options)
                .requestHandler(BareServer::answer)
                .listen()
                .onSuccess(server -> System.out.println(server.actualPort()))
                .onFailure(failure -> {
                    System.err.println("the bare server can't listen: " + failure);
                    System.exit(1);
                });
    }
}

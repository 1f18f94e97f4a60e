package dev.facet.server.response;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.util.Iterator;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveResourceInfo;
import org.jboss.resteasy.reactive.server.spi.ServerHttpResponse;
import org.jboss.resteasy.reactive.server.spi.ServerMessageBodyWriter;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;

/**
 * Writes a {@link Body}: a small one at once, a larger one as fast as the client reads. Chunks are made on worker threads, never
 * on the event loop, and no thread waits for a slow client.
 */
@Provider
public class BodyWriter implements ServerMessageBodyWriter<Body> {
    private static final int WRITTEN_WHOLE = 256 << 10;

    private final Vertx vertx;

    BodyWriter(Vertx vertx) {
        this.vertx = vertx;
    }

    @Override
    public boolean isWriteable(Class<?> type, Type generic, ResteasyReactiveResourceInfo target, MediaType mediaType) {
        return type == Body.class;
    }

    @Override
    public boolean isWriteable(Class<?> type, Type generic, Annotation[] annotations, MediaType mediaType) {
        return type == Body.class;
    }

    @Override
    public void writeTo(
            Body body,
            Class<?> type,
            Type generic,
            Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, Object> headers,
            OutputStream out)
            throws IOException {
        for (Iterator<byte[]> each = body.chunks().get(); each.hasNext(); ) {
            out.write(each.next());
        }
    }

    @Override
    public void writeResponse(Body body, Type generic, ServerRequestContext context) {
        ServerHttpResponse response = context.serverResponse();
        ResteasyReactiveRequestContext request = (ResteasyReactiveRequestContext) context;
        RoutingContext routing = request.unwrap(RoutingContext.class);
        boolean needsLength = routing.request().version() == HttpVersion.HTTP_1_0;
        if (body.length() < 0 ? needsLength : body.length() <= WRITTEN_WHOLE) {
            response.end(body.whole());
            return;
        }
        if (body.length() < 0) {
            response.setChunked(true);
        } else {
            response.setResponseHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(body.length()));
        }
        request.suspend();
        new ChunkPump(
                        vertx,
                        new RestOutlet(request, routing),
                        routing.normalizedPath(),
                        body.chunks().get())
                .start();
    }
}

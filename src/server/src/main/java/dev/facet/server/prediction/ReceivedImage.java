package dev.facet.server.prediction;

import dev.facet.runtime.prediction.EncodedImage;
import dev.facet.server.http.Gate;
import dev.facet.server.image.ImageBody;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.HttpHeaders;

/** The image in a request's body. */
final class ReceivedImage implements EncodedImage {
    private final String contentType;
    private final String contentEncoding;
    private final Buffer body;

    ReceivedImage(RoutingContext context) {
        this.contentType = context.request().getHeader(HttpHeaders.CONTENT_TYPE);
        this.contentEncoding = context.request().getHeader(HttpHeaders.CONTENT_ENCODING);
        this.body = Gate.body(context);
    }

    @Override
    public byte[] read() {
        return ImageBody.image(contentType, contentEncoding, body.getBytes());
    }

    @Override
    public void close() {}
}

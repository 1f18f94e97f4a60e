package dev.facet.server.prediction;

import dev.facet.runtime.prediction.EncodedImage;
import dev.facet.server.http.ReceivedBody;
import dev.facet.server.http.RequestBodies;
import dev.facet.server.image.ImageBody;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.HttpHeaders;

/** The image in a request's body. */
final class ReceivedImage implements EncodedImage {
    private final String contentType;
    private final String contentEncoding;
    private final ReceivedBody body;
    private final long limit;

    /** @param limit bytes of an encoded image that are accepted */
    ReceivedImage(RoutingContext context, long limit) {
        this.contentType = context.request().getHeader(HttpHeaders.CONTENT_TYPE);
        this.contentEncoding = context.request().getHeader(HttpHeaders.CONTENT_ENCODING);
        this.body = RequestBodies.of(context);
        this.limit = limit;
    }

    @Override
    public byte[] read() {
        return ImageBody.image(contentType, contentEncoding, body, limit);
    }

    @Override
    public void close() {
        body.close();
    }
}

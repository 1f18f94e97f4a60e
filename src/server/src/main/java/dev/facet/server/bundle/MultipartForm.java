package dev.facet.server.bundle;

import dev.facet.server.response.Body;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Parts as {@code multipart/mixed} (RFC 2046, 5.1). */
final class MultipartForm {
    private MultipartForm() {}

    static Body body(List<Part> parts, String boundary) {
        List<Body> pieces = new ArrayList<>();
        for (Part part : parts) {
            pieces.add(text(head(part, boundary)));
            pieces.add(part.content());
            pieces.add(text("\r\n"));
        }
        pieces.add(text("--" + boundary + "--\r\n"));
        return Pieces.together(pieces);
    }

    private static String head(Part part, String boundary) {
        StringBuilder head = new StringBuilder("--").append(boundary).append("\r\n");
        head.append("Content-Type: ").append(part.mediaType()).append("\r\n");
        new TreeMap<>(part.headers())
                .forEach((name, value) ->
                        head.append(name).append(": ").append(value).append("\r\n"));
        head.append("Content-Disposition: attachment; name=\"")
                .append(part.name())
                .append("\"; filename=\"")
                .append(part.fileName())
                .append("\"\r\n");
        if (part.content().length() >= 0) {
            head.append("Content-Length: ").append(part.content().length()).append("\r\n");
        }
        return head.append("\r\n").toString();
    }

    private static Body text(String text) {
        return Body.of(text.getBytes(StandardCharsets.UTF_8));
    }
}

package dev.facet.server.image;

import dev.facet.server.problem.Problem;
import dev.facet.server.problem.ProblemException;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The image in a request's body: raw ({@code image/*}, {@code application/octet-stream} or no type at all), the part
 * {@code file} of {@code multipart/form-data}, or {@code {"image": {"type": "base64", "value": …}}}. What format the image has
 * is told from its bytes, not from the header.
 */
public final class ImageBody {
    private static final Set<String> RAW =
            Set.of("image/jpeg", "image/jpg", "image/png", "image/webp", "image/*", "application/octet-stream");
    private static final String EXPECTED =
            "image/jpeg, image/png, image/webp, application/octet-stream, multipart/form-data or application/json";

    private ImageBody() {}

    /**
     * The encoded image.
     *
     * @param contentType the header, null where there is none
     * @param contentEncoding the header, null where there is none
     * @throws ProblemException 415 for types that aren't understood, 400 for a body that isn't what its type says
     */
    public static byte[] image(String contentType, String contentEncoding, byte[] body) {
        if (contentEncoding != null && !contentEncoding.isBlank() && !contentEncoding.equalsIgnoreCase("identity")) {
            throw unsupported("Content-Encoding", contentEncoding, "none");
        }
        if (contentType == null || contentType.isBlank()) {
            return body;
        }
        String type = mediaType(contentType);
        if (RAW.contains(type)) {
            return body;
        }
        return switch (type) {
            case "multipart/form-data" -> fromForm(contentType, body);
            case "application/json" -> ImageJson.image(body);
            default -> throw unsupported("Content-Type", contentType, EXPECTED);
        };
    }

    private static byte[] fromForm(String contentType, byte[] body) {
        List<MultipartForm.Part> parts = MultipartForm.parse(contentType, body);
        List<MultipartForm.Part> images =
                parts.stream().filter(part -> part.name().equals("file")).toList();
        if (images.size() != 1) {
            throw new ProblemException(
                    400,
                    "INVALID_BODY",
                    "form with %d parts named 'file', expected one; parts=%s"
                            .formatted(
                                    images.size(),
                                    parts.stream().map(MultipartForm.Part::name).toList()));
        }
        return images.get(0).content();
    }

    private static String mediaType(String contentType) {
        int semicolon = contentType.indexOf(';');
        String type = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
        return type.trim().toLowerCase(Locale.ROOT);
    }

    private static ProblemException unsupported(String header, String value, String expected) {
        String shown = value.length() > 80 ? value.substring(0, 80) + "…" : value;
        return new ProblemException(
                new Problem(415, "UNSUPPORTED_MEDIA_TYPE", "%s='%s', expected %s".formatted(header, shown, expected)));
    }
}

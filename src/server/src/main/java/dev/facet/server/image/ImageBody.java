package dev.facet.server.image;

import dev.facet.server.http.ReceivedBody;
import dev.facet.server.problem.Problem;
import dev.facet.server.problem.ProblemCode;
import dev.facet.server.problem.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The image in a request's body: raw ({@code image/*}, {@code application/octet-stream} or no type at all), the part
 * {@code file} of {@code multipart/form-data}, or {@code {"image": {"type": "base64", "value": …}}}; each as it is or
 * compressed by {@code gzip} or {@code deflate}. What format the image has is told from its bytes, not from the header.
 *
 * <p>Copies and inflates: called on a worker's thread. What it takes is reserved with the body and lives as long.
 */
public final class ImageBody {
    /** HEIC and AVIF aren't read, but are refused by their bytes, with what to convert them to. */
    private static final Set<String> RAW = Set.of(
            "image/jpeg",
            "image/jpg",
            "image/png",
            "image/webp",
            "image/tiff",
            "image/heic",
            "image/heif",
            "image/avif",
            "image/*",
            "application/octet-stream");

    private static final String EXPECTED =
            "image/jpeg, image/png, image/webp, image/tiff, application/octet-stream, multipart/form-data or application/json";
    private static final int CHUNK = 16 << 10;

    private ImageBody() {}

    /**
     * The encoded image. The body can't be read again.
     *
     * @param contentType the header, null where there is none
     * @param contentEncoding the header, null where there is none
     * @param imageBytes bytes of an encoded image that are accepted; inflated, a body may have as many as one that isn't
     *     compressed
     * @throws ProblemException 415 for types that aren't understood, 400 for a body that isn't what its type says, 413 for one
     *     that inflates to more than the limit, 429 where there is no memory for it
     */
    public static byte[] image(String contentType, String contentEncoding, ReceivedBody body, long imageBytes) {
        long limit = ReceivedBody.limit(imageBytes);
        ContentCoding coding = coding(contentEncoding);
        String type = contentType == null ? "" : mediaType(contentType);
        if (type.isEmpty() || RAW.contains(type)) {
            return plain(coding, body, limit);
        }
        return switch (type) {
            case "multipart/form-data" -> fromForm(contentType, plain(coding, body, limit), body);
            case "application/json" -> fromJson(coding, body, limit);
            default -> throw unsupported("Content-Type", contentType, EXPECTED);
        };
    }

    /**
     * Takes the coding of {@code Content-Encoding} from a body: what it holds afterwards is decoded.
     *
     * @param contentEncoding the header, null where there is none
     * @param limit of the decoded bytes
     * @throws ProblemException 415 for a coding that isn't read, 400 for bytes that aren't what it says, 413 above the limit, 429
     *     where there is no memory
     */
    public static void decode(String contentEncoding, ReceivedBody body, long limit) {
        ContentCoding coding = coding(contentEncoding);
        if (coding != ContentCoding.IDENTITY && body.length() > 0) {
            body.replace(plain(coding, body, limit));
        }
    }

    private static ContentCoding coding(String contentEncoding) {
        return ContentCoding.of(contentEncoding)
                .orElseThrow(() -> unsupported("Content-Encoding", contentEncoding, ContentCoding.EXPECTED));
    }

    /** The bytes without their coding. */
    private static byte[] plain(ContentCoding coding, ReceivedBody body, long limit) {
        if (coding == ContentCoding.IDENTITY || body.length() == 0) {
            return body.bytes();
        }
        ReservedBytes plain = new ReservedBytes(body, limit);
        try (InputStream in = coding.decode(body.stream())) {
            byte[] chunk = new byte[CHUNK];
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                plain.write(chunk, 0, count);
            }
        } catch (IOException e) {
            throw damaged(coding);
        }
        return plain.toArray();
    }

    private static byte[] fromJson(ContentCoding coding, ReceivedBody body, long limit) {
        if (coding == ContentCoding.IDENTITY) {
            return ImageJson.image(body.stream(), new ReservedBytes(body, limit));
        }
        byte[] json = plain(coding, body, limit);
        return ImageJson.image(new ByteArrayInputStream(json), new ReservedBytes(body, limit));
    }

    private static byte[] fromForm(String contentType, byte[] form, ReceivedBody body) {
        List<MultipartForm.Part> parts = MultipartForm.parse(contentType, form);
        List<MultipartForm.Part> images =
                parts.stream().filter(part -> part.name().equals("file")).toList();
        if (images.size() != 1) {
            throw new ProblemException(
                    400,
                    ProblemCode.INVALID_BODY,
                    "form with %d parts named 'file', expected one; parts=%s"
                            .formatted(
                                    images.size(),
                                    parts.stream().map(MultipartForm.Part::name).toList()));
        }
        MultipartForm.Part image = images.get(0);
        body.reserve(image.length());
        byte[] content = image.content(form);
        body.release(form.length);
        return content;
    }

    private static String mediaType(String contentType) {
        int semicolon = contentType.indexOf(';');
        String type = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
        return type.trim().toLowerCase(Locale.ROOT);
    }

    private static ProblemException damaged(ContentCoding coding) {
        return new ProblemException(
                400,
                ProblemCode.INVALID_BODY,
                "body isn't what Content-Encoding='%s' says, or is truncated"
                        .formatted(coding.name().toLowerCase(Locale.ROOT)));
    }

    private static ProblemException unsupported(String header, String value, String expected) {
        String shown = value.length() > 80 ? value.substring(0, 80) + "…" : value;
        return new ProblemException(new Problem(
                415, ProblemCode.UNSUPPORTED_MEDIA_TYPE, "%s='%s', expected %s".formatted(header, shown, expected)));
    }
}

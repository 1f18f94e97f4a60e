package dev.facet.server.image;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.facet.server.problem.ProblemCode;
import dev.facet.server.problem.ProblemException;
import java.io.IOException;
import java.io.InputStream;

/** Reads {@code {"image": {"type": "base64", "value": "…"}}}, and nothing else. */
final class ImageJson {
    private static final String EXPECTED = "expected {\"image\": {\"type\": \"base64\", \"value\": \"…\"}}";
    // The body is bounded already; an image is one long string of it.
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNestingDepth(8)
                    .build())
            .build();

    private ImageJson() {}

    /**
     * The image of a document.
     *
     * @param value where the image's bytes are put together
     */
    static byte[] image(InputStream body, ReservedBytes value) {
        try (JsonParser parser = FACTORY.createParser(body)) {
            expect(parser.nextToken() == JsonToken.START_OBJECT, "the body is no JSON object");
            byte[] image = null;
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                expect(
                        parser.currentName().equals("image") && image == null,
                        "the body has members other than one 'image'");
                expect(parser.nextToken() == JsonToken.START_OBJECT, "'image' is no object");
                image = image(parser, value);
            }
            expect(image != null, "the body has no member 'image'");
            expect(parser.nextToken() == null, "the body goes on after the JSON object");
            return image;
        } catch (IOException e) {
            throw invalid("body isn't JSON");
        }
    }

    private static byte[] image(JsonParser parser, ReservedBytes bytes) throws IOException {
        String type = null;
        byte[] value = null;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String member = parser.currentName();
            expect(parser.nextToken() == JsonToken.VALUE_STRING, "a member of 'image' is no string");
            if (member.equals("type") && type == null) {
                type = parser.getText();
            } else if (member.equals("value") && value == null) {
                // Only base64 is offered, so it is decoded before the type is known: the text is never held as a
                // string.
                value = base64(parser, bytes);
            } else {
                throw invalid("unexpected or repeated member of 'image'");
            }
        }
        if ("url".equals(type)) {
            throw invalid("this server fetches nothing from addresses: image.type='url'");
        }
        expect("base64".equals(type), "image.type is missing or unknown");
        expect(value != null, "image.value is missing or isn't base64");
        return value;
    }

    private static byte[] base64(JsonParser parser, ReservedBytes bytes) {
        try {
            parser.readBinaryValue(bytes);
            return bytes.toArray();
        } catch (IOException | IllegalArgumentException e) {
            return null;
        }
    }

    private static void expect(boolean condition, String otherwise) {
        if (!condition) {
            throw invalid(otherwise);
        }
    }

    private static ProblemException invalid(String what) {
        return new ProblemException(400, ProblemCode.INVALID_BODY, what + ", " + EXPECTED);
    }
}

package dev.facet.server.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.facet.core.image.Frame;
import dev.facet.core.image.ImageDecoder;
import dev.facet.core.image.ImageLimits;
import dev.facet.core.image.InputPolicy;
import dev.facet.core.image.InputTensor;
import dev.facet.core.image.Normalization;
import dev.facet.core.image.Raster;
import io.restassured.RestAssured;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/** Requests of the Open Inference Protocol with tensors as bytes, to the test server. */
public final class InferRequests {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final ObjectMapper JSON = new ObjectMapper();

    private InferRequests() {}

    /** An answer, its document apart from the bytes behind it. */
    public record Answer(HttpResponse<byte[]> response) {
        public int status() {
            return response.statusCode();
        }

        public String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        /** The JSON document. */
        public JsonNode document() {
            int length = header("Inference-Header-Content-Length").isEmpty()
                    ? response.body().length
                    : Integer.parseInt(header("Inference-Header-Content-Length"));
            try {
                return JSON.readTree(Arrays.copyOf(response.body(), length));
            } catch (IOException e) {
                throw new UncheckedIOException(new String(response.body(), StandardCharsets.UTF_8), e);
            }
        }

        /** What follows the document. */
        public byte[] bytes() {
            int length = Integer.parseInt(header("Inference-Header-Content-Length"));
            return Arrays.copyOfRange(response.body(), length, response.body().length);
        }

        /** The same as numbers. */
        public float[] floats() {
            return InferRequests.floats(bytes());
        }
    }

    /** Little-endian numbers. */
    public static float[] floats(byte[] bytes) {
        float[] values = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
    }

    /** Numbers, little-endian. */
    public static byte[] bytes(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    /** A byte string with its length before it. */
    public static byte[] element(byte[] content) {
        return ByteBuffer.allocate(Integer.BYTES + content.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(content.length)
                .put(content)
                .array();
    }

    /** The network's input that the server makes of an image: the image's longer side becomes {@code size}. */
    public static float[] tensor(byte[] file, int size) {
        Raster raster = ImageDecoder.read(file, ImageLimits.DEFAULT);
        Frame frame = new InputPolicy(size, true, 16).frame(raster.height(), raster.width());
        FloatBuffer input = InputTensor.allocate(frame.paddedHeight(), frame.paddedWidth());
        InputTensor.prepare(raster, frame, Normalization.IMAGENET, input);
        float[] values = new float[input.capacity()];
        input.get(0, values);
        return values;
    }

    /** The document for a tensor that follows as bytes, and the tensor. */
    public static byte[] withTensor(String more, float[] values, long... shape) {
        byte[] tensor = bytes(values);
        String document =
                "{%s\"inputs\":[{\"name\":\"image\",\"datatype\":\"FP32\",\"shape\":%s,\"parameters\":{\"binary_data_size\":%d}}]}"
                        .formatted(more, Arrays.toString(shape), tensor.length);
        return joined(document, tensor);
    }

    /** The document for a file that follows as bytes, and the file. */
    public static byte[] withImage(String more, byte[] file) {
        byte[] tensor = element(file);
        String document =
                "{%s\"inputs\":[{\"name\":\"image\",\"datatype\":\"BYTES\",\"shape\":[1],\"parameters\":{\"binary_data_size\":%d}}]}"
                        .formatted(more, tensor.length);
        return joined(document, tensor);
    }

    private static byte[] joined(String document, byte[] tensor) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(document.getBytes(StandardCharsets.UTF_8));
        body.writeBytes(tensor);
        return body.toByteArray();
    }

    /** Sends a document that tensors as bytes follow. */
    public static Answer post(String path, byte[] body) {
        int length = 0;
        // The document ends where its braces are closed: none of the tests has one in a text.
        for (int depth = 0; length < body.length; length++) {
            depth += body[length] == '{' ? 1 : body[length] == '}' ? -1 : 0;
            if (depth == 0) {
                break;
            }
        }
        return post(path, body, Map.of("Inference-Header-Content-Length", Integer.toString(length + 1)));
    }

    /** Sends a body with headers. */
    public static Answer post(String path, byte[] body, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://localhost:%d%s".formatted(RestAssured.port, path)))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        headers.forEach(request::header);
        try {
            return new Answer(CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofByteArray()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

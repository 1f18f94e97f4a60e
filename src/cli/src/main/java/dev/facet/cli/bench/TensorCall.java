package dev.facet.cli.bench;

import com.google.protobuf.ByteString;
import dev.facet.protocol.inference.ModelInferRequest;
import dev.facet.protocol.inference.ModelInferRequest.InferInputTensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.SplittableRandom;

/**
 * A way of the Open Inference Protocol to send a tensor: HTTP with the tensor as bytes, or gRPC with raw contents, by the JDK's client.
 *
 * @param name as the table calls it
 * @param isGrpc whether it is gRPC
 * @param model that is asked
 * @param client that asks
 */
record TensorCall(String name, boolean isGrpc, String model, HttpClient client) {
    private static final int PREFIX = 5;

    static TensorCall http(String model) {
        return new TensorCall("HTTP, bytes", false, model, client(HttpClient.Version.HTTP_1_1));
    }

    static TensorCall grpc(String model) {
        return new TensorCall("gRPC, raw contents", true, model, client(HttpClient.Version.HTTP_2));
    }

    private static HttpClient client(HttpClient.Version version) {
        return HttpClient.newBuilder().version(version).build();
    }

    /** The server as a side of a comparison. */
    Contender to(MeasuredServer server, int side) throws IOException, InterruptedException {
        URI address =
                URI.create("http://127.0.0.1:%d".formatted(server.process().port()));
        connect(address.resolve("/v2/health/live"));
        HttpRequest request = request(address.resolve(path()), side);
        return contender(request, () -> server.process().cpuMillis());
    }

    /** The bare server, which answers with so many bytes. */
    Contender to(BareServerProcess bare, int side, int answerBytes) throws IOException, InterruptedException {
        connect(bare.address());
        HttpRequest request = request(bare.address().resolve(path() + "?answer=" + answerBytes), side);
        return contender(request, bare::cpuMillis);
    }

    /** Bytes of the body that the server answers with. */
    int answerBytes(MeasuredServer server, int side) throws IOException, InterruptedException {
        URI address =
                URI.create("http://127.0.0.1:%d".formatted(server.process().port()));
        return send(request(address.resolve(path()), side)).length;
    }

    /** This client asks for HTTP/2 by its first request, which takes no large body. */
    private void connect(URI address) throws IOException, InterruptedException {
        client.send(HttpRequest.newBuilder(address).GET().build(), BodyHandlers.discarding());
    }

    private String path() {
        return isGrpc ? "/inference.GRPCInferenceService/ModelInfer" : "/v2/models/" + model + "/infer";
    }

    private interface CpuTime {
        double millis() throws IOException;
    }

    private Contender contender(HttpRequest request, CpuTime cpu) {
        return new Contender() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public void ask() throws IOException, InterruptedException {
                send(request);
            }

            @Override
            public double cpuMillis() throws IOException {
                return cpu.millis();
            }
        };
    }

    private byte[] send(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
        String status = response.headers().firstValue("grpc-status").orElse("0");
        // A failed call has its status in the headers, and nothing else.
        if (response.statusCode() != 200 || !status.equals("0") || response.body().length == 0) {
            throw new IOException("the server refused: %s, status=%d, grpc-status=%s, body=%s"
                    .formatted(
                            request.uri(),
                            response.statusCode(),
                            status,
                            new String(response.body(), StandardCharsets.UTF_8)));
        }
        return response.body();
    }

    private HttpRequest request(URI address, int side) {
        byte[] tensor = tensor(side);
        HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(Duration.ofMinutes(2));
        if (isGrpc) {
            return request.header("Content-Type", "application/grpc")
                    .POST(BodyPublishers.ofByteArray(message(tensor, side)))
                    .build();
        }
        String document =
                ("{\"parameters\":{\"binary_data_output\":true},\"inputs\":[{\"name\":\"image\",\"datatype\":\"FP32\","
                                + "\"shape\":[1,3,%d,%d],\"parameters\":{\"binary_data_size\":%d}}]}")
                        .formatted(side, side, tensor.length);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(document.getBytes(StandardCharsets.UTF_8));
        body.writeBytes(tensor);
        return request.header("Content-Type", "application/octet-stream")
                .header("Inference-Header-Content-Length", Integer.toString(document.length()))
                .POST(BodyPublishers.ofByteArray(body.toByteArray()))
                .build();
    }

    private byte[] message(byte[] tensor, int side) {
        byte[] message = ModelInferRequest.newBuilder()
                .setModelName(model)
                .addInputs(InferInputTensor.newBuilder()
                        .setName("image")
                        .setDatatype("FP32")
                        .addShape(1)
                        .addShape(3)
                        .addShape(side)
                        .addShape(side))
                .addRawInputContents(ByteString.copyFrom(tensor))
                .build()
                .toByteArray();
        return ByteBuffer.allocate(PREFIX + message.length)
                .put((byte) 0)
                .putInt(message.length)
                .put(message)
                .array();
    }

    private static byte[] tensor(int side) {
        SplittableRandom random = new SplittableRandom(1);
        ByteBuffer tensor = ByteBuffer.allocate(3 * side * side * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (tensor.hasRemaining()) {
            tensor.putFloat((float) random.nextDouble(-2, 2));
        }
        return tensor.array();
    }
}

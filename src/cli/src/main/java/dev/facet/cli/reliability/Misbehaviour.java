package dev.facet.cli.reliability;

import dev.facet.cli.process.ServerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * One kind of client that does what clients should not.
 *
 * @param name what it does, for the report
 * @param count how many of them there are
 * @param client what one does, again and again until the time is over
 */
record Misbehaviour(String name, int count, Client client) {
    private static final int READ_MILLIS = 20_000;
    private static final int ANNOUNCED = 44_000_000;
    private static final Optional<InetAddress> ADDRESS = otherAddress();

    /** Its answer has 9.6 MB, more than the kernel takes off a server for a client that does not read. */
    private static final byte[] LARGE_ANSWER = ImageSamples.png(800, 1000, 5);

    /** One client. */
    interface Client {
        /**
         * Misbehaves until {@code end}, a value of {@link System#nanoTime}. Whatever the server does to its connection is
         * no failure.
         */
        void run(ServerProcess server, byte[] image, SplittableRandom random, long end)
                throws IOException, InterruptedException;
    }

    /** All kinds. */
    static List<Misbehaviour> all() {
        return List.of(
                new Misbehaviour("keep 1,000 connections idle", 1, Misbehaviour::idle),
                new Misbehaviour("send a byte every 200 ms", 16, Misbehaviour::sendSlowly),
                new Misbehaviour("stop in the middle of a body", 16, Misbehaviour::stopSending),
                new Misbehaviour("stop in the middle of an upload", 4, Misbehaviour::stopUploading),
                new Misbehaviour("do not read their answer", 8, Misbehaviour::stopReading),
                new Misbehaviour("close their half after the request", 4, Misbehaviour::closeHalf),
                new Misbehaviour("reset the connection", 4, Misbehaviour::reset),
                new Misbehaviour("announce 44 MB and send nothing", 12, Misbehaviour::announce));
    }

    private static void idle(ServerProcess server, byte[] image, SplittableRandom random, long end)
            throws IOException, InterruptedException {
        List<HttpConnection> connections = new ArrayList<>();
        try {
            for (int i = 0; i < 1000; i++) {
                connections.add(open(server, 0));
            }
            sleepUntil(end);
        } finally {
            for (HttpConnection connection : connections) {
                connection.close();
            }
        }
    }

    private static void sendSlowly(ServerProcess server, byte[] image, SplittableRandom random, long end)
            throws IOException, InterruptedException {
        try (HttpConnection connection = open(server, 0)) {
            connection.send(predictionHead("/v1/edges", image.length));
            for (int i = 0; i < image.length && System.nanoTime() < end; i++) {
                connection.send(image, i, 1);
                Thread.sleep(200);
            }
        }
    }

    private static void stopSending(ServerProcess server, byte[] image, SplittableRandom random, long end)
            throws IOException, InterruptedException {
        try (HttpConnection connection = open(server, 0)) {
            connection.send(predictionHead("/v1/edges", image.length));
            connection.send(image, 0, random.nextInt(image.length));
            sleepUntil(end);
        }
    }

    private static void stopUploading(ServerProcess server, byte[] image, SplittableRandom random, long end)
            throws IOException, InterruptedException {
        try (HttpConnection connection = open(server, 0)) {
            byte[] head = HttpConnection.head(
                    "PUT",
                    "/v1/packs/never-%d/versions/1".formatted(random.nextInt(1000)),
                    "application/octet-stream",
                    4_000_000,
                    "Authorization: Bearer " + server.key());
            connection.send(head);
            connection.send(new byte[random.nextInt(4_000_000)]);
            sleepUntil(end);
        }
    }

    private static void stopReading(ServerProcess server, byte[] image, SplittableRandom random, long end)
            throws IOException, InterruptedException {
        try (HttpConnection connection = open(server, 4096)) {
            connection.send(predictionHead("/v1/normals.npy", LARGE_ANSWER.length));
            connection.send(LARGE_ANSWER);
            sleepUntil(end);
        }
    }

    private static void closeHalf(ServerProcess server, byte[] image, SplittableRandom random, long end)
            throws IOException, InterruptedException {
        try (HttpConnection connection = open(server, 0)) {
            connection.send(predictionHead("/v1/edges", image.length));
            connection.send(image, 0, random.nextBoolean() ? image.length : random.nextInt(image.length));
            connection.finishSending();
            Optional<HttpConnection.Head> answer = connection.readHead();
            if (answer.isPresent()) {
                connection.readBody(answer.get());
            }
            Thread.sleep(random.nextInt(1000));
        }
    }

    private static void reset(ServerProcess server, byte[] image, SplittableRandom random, long end)
            throws IOException, InterruptedException {
        try (HttpConnection connection = open(server, 0)) {
            connection.send(predictionHead("/v1/edges", image.length));
            connection.send(image, 0, random.nextBoolean() ? image.length : random.nextInt(image.length));
            Thread.sleep(random.nextInt(500));
            connection.reset();
        }
    }

    private static void announce(ServerProcess server, byte[] image, SplittableRandom random, long end)
            throws IOException, InterruptedException {
        try (HttpConnection connection = open(server, 0)) {
            connection.send(HttpConnection.head("POST", "/v1/edges", "application/json", ANNOUNCED));
            sleepUntil(end);
        }
    }

    private static HttpConnection open(ServerProcess server, int receiveBuffer) throws IOException {
        return HttpConnection.open(server.port(), READ_MILLIS, receiveBuffer, ADDRESS);
    }

    /** 127.0.0.2 where a client may be there, as on Linux; elsewhere they are the same client as the others. */
    private static Optional<InetAddress> otherAddress() {
        try (ServerSocket socket = new ServerSocket()) {
            InetAddress address = InetAddress.getByAddress(new byte[] {127, 0, 0, 2});
            socket.bind(new InetSocketAddress(address, 0));
            return Optional.of(address);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static byte[] predictionHead(String path, int length) {
        return HttpConnection.head("POST", path, "application/octet-stream", length);
    }

    private static void sleepUntil(long end) throws InterruptedException {
        Thread.sleep(Math.max(0, Duration.ofNanos(end - System.nanoTime()).toMillis()));
    }
}

package dev.facet.cli.bench;

import dev.facet.cli.bench.plain.PlainService;
import dev.facet.cli.process.ProcessUsage;
import dev.facet.cli.process.ServerOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The plain service as a child process, with the same heap and collector as the measured server. */
final class PlainProcess implements AutoCloseable {
    private final Process process;
    private final URI address;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private PlainProcess(Process process, int port) {
        this.process = process;
        this.address = URI.create("http://127.0.0.1:%d/".formatted(port));
    }

    /**
     * Starts it and waits until it listens.
     *
     * @param model the file of {@code facet pack export}
     */
    static PlainProcess start(Path model) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ServerOptions.FIXED_HEAP);
        command.addAll(List.of(
                "-Djava.awt.headless=true",
                "-cp",
                System.getProperty("java.class.path"),
                PlainService.class.getName(),
                model.toString()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String port = out.readLine();
        if (port == null) {
            throw new IOException(
                    "the plain service stopped while starting: exit code=%d".formatted(process.waitFor()));
        }
        return new PlainProcess(process, Integer.parseInt(port));
    }

    /**
     * Its answer to an image.
     *
     * @throws IOException if it refuses it
     */
    byte[] answer(byte[] image) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address)
                .timeout(Duration.ofMinutes(2))
                .POST(BodyPublishers.ofByteArray(image))
                .build();
        HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
        if (response.statusCode() != 200) {
            throw new IOException("the plain service refused: status=%d, body=%s"
                    .formatted(response.statusCode(), new String(response.body(), StandardCharsets.UTF_8)));
        }
        return response.body();
    }

    /** It as a side of a comparison, asked with that image. */
    Contender asking(byte[] image) {
        return new Contender() {
            @Override
            public String name() {
                return "plain service";
            }

            @Override
            public void ask() throws IOException, InterruptedException {
                answer(image);
            }

            @Override
            public double cpuMillis() throws IOException {
                return ProcessUsage.cpuMillis(process.pid());
            }
        };
    }

    @Override
    public void close() {
        process.destroy();
    }
}

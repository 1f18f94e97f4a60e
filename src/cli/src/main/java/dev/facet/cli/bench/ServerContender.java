package dev.facet.cli.bench;

import dev.facet.cli.process.ServerProcess;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;

/** A Facet server that is asked for an image's answers at one path. */
final class ServerContender implements Contender {
    private final String name;
    private final ServerProcess server;
    private final HttpRequest request;

    ServerContender(String name, ServerProcess server, String path, byte[] jpeg) {
        this.name = name;
        this.server = server;
        this.request = server.request(path)
                .header("Content-Type", "image/jpeg")
                .POST(BodyPublishers.ofByteArray(jpeg))
                .build();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void ask() throws IOException, InterruptedException {
        answer();
    }

    /** The answer's body. */
    byte[] answer() throws IOException, InterruptedException {
        return server.send(request).body();
    }

    @Override
    public double cpuMillis() throws IOException {
        return server.cpuMillis();
    }
}

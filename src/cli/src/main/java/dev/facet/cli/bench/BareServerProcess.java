package dev.facet.cli.bench;

import dev.facet.cli.bench.plain.BareServer;
import dev.facet.cli.process.ProcessUsage;
import dev.facet.cli.process.ServerOptions;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The bare server as a child process, on the Vert.x of the packaged server, with the same heap. */
final class BareServerProcess implements AutoCloseable {
    private final Process process;
    private final URI address;

    private BareServerProcess(Process process, int port) {
        this.process = process;
        this.address = URI.create("http://127.0.0.1:%d/".formatted(port));
    }

    /**
     * Starts it and waits until it listens.
     *
     * @param jar {@code quarkus-run.jar}, beside whose libraries Vert.x lies
     */
    static BareServerProcess start(Path jar) throws IOException, InterruptedException {
        Path libraries = jar.toAbsolutePath().resolveSibling("lib").resolve("main");
        if (!Files.isDirectory(libraries)) {
            throw new IOException("no libraries beside the packaged server: folder=" + libraries);
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ServerOptions.FIXED_HEAP);
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path") + File.pathSeparator + libraries.resolve("*"),
                BareServer.class.getName()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String port = out.readLine();
        if (port == null) {
            throw new IOException("the bare server stopped while starting: exit code=%d".formatted(process.waitFor()));
        }
        return new BareServerProcess(process, Integer.parseInt(port));
    }

    URI address() {
        return address;
    }

    double cpuMillis() throws IOException {
        return ProcessUsage.cpuMillis(process.pid());
    }

    @Override
    public void close() {
        process.destroy();
    }
}

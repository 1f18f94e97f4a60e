package dev.facet.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.facet.core.pack.PackReader;
import dev.facet.integration.ServerUnderTest;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The TypeScript client as the generator makes it: compiled, strictly, and run against the packaged server. Wants Node. */
class TypeScriptClientTest {
    private static final Path CLIENT = Path.of(System.getProperty("clients.typescript"));
    private static final String COMPILER = "META-INF/resources/webjars/typescript/";

    @TempDir
    private Path folder;

    @Test
    void compilesAndPredictsUploadsActivatesAndDeletes() throws Exception {
        Optional<Path> node = node();
        assumeThat(node)
                .as("Node 18 or newer, in PATH (Debian: apt-get install nodejs)")
                .isPresent();
        copy(CLIENT, folder.resolve("client"));
        Files.copy(
                ServerUnderTest.ROOT.resolve("src/clients/src/test/typescript/round-trip.ts"),
                folder.resolve("round-trip.ts"));
        Path compiler = unpackCompiler(folder.resolve("typescript"));

        run(
                node.get(),
                compiler.toString(),
                "--strict",
                "--target",
                "es2022",
                "--lib",
                "es2022,dom",
                "--module",
                "commonjs",
                "--outDir",
                folder.resolve("out").toString(),
                folder.resolve("round-trip.ts").toString());

        Path streets = ServerUnderTest.ROOT.resolve("models/extra/streets.safetensors");
        try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("data"))) {
            run(
                    node.get(),
                    folder.resolve("out/round-trip.js").toString(),
                    server.address(),
                    server.authorization(),
                    ServerUnderTest.ROOT.resolve("docs/images/chelsea.jpg").toString(),
                    streets.toString(),
                    PackReader.readUnbound(Files.readAllBytes(streets))
                            .manifest()
                            .version());
        }
    }

    private static void run(Path node, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(node.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    private static Optional<Path> node() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(path -> Path.of(path, "node"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
        }
    }

    /** Node can't run what is in a jar. Returns the compiler's program. */
    private static Path unpackCompiler(Path to) throws IOException {
        URL folder = TypeScriptClientTest.class.getClassLoader().getResource(COMPILER);
        assertThat(folder).as("typescript on the class path").isNotNull();
        JarURLConnection connection = (JarURLConnection) folder.openConnection();
        connection.setUseCaches(false);
        Path program = null;
        try (JarFile jar = connection.getJarFile()) {
            for (JarEntry entry : jar.stream().toList()) {
                String name = entry.getName();
                if (entry.isDirectory() || !name.startsWith(COMPILER)) {
                    continue;
                }
                // Without the version: 5.9.3/lib/tsc.js.
                String within = name.substring(name.indexOf('/', COMPILER.length()) + 1);
                if (within.matches("lib/(_?tsc\\.js|lib\\..*\\.d\\.ts|lib\\.d\\.ts)|package\\.json")) {
                    Path target = to.resolve(within);
                    Files.createDirectories(target.getParent());
                    try (InputStream in = jar.getInputStream(entry)) {
                        Files.copy(in, target);
                    }
                    program = within.equals("lib/tsc.js") ? target : program;
                }
            }
        }
        assertThat(program).as("tsc.js in the jar").isNotNull();
        return program;
    }
}

package dev.facet.runtime.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.runtime.engine.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed while it stores packs leaves the old state or the new one. */
class CrashTest {
    private static final int KILLS = 3;

    @TempDir
    Path folder;

    @Test
    void leavesTheOldStateOrTheNewWhenKilledWhilePlugging() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed of kills: " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        int plugged = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            Path output = folder.resolve("output-" + kill);
            Process process = start(output);
            awaitFirst(process, output);
            Thread.sleep(random.nextInt(150));
            process.destroyForcibly().waitFor();
            plugged = Math.max(plugged, acknowledged(output));
            plugged = checkState(plugged);
        }
    }

    private Process start(Path output) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PluggingProcess.class.getName(),
                        folder.toString())
                .redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static void awaitFirst(Process process, Path output) throws Exception {
        while (acknowledged(output) == 0) {
            assertThat(process.isAlive()).as("process plugs packs").isTrue();
            Thread.sleep(5);
        }
    }

    /** The last version that the process said it had plugged; 0 for none. */
    private static int acknowledged(Path output) throws IOException {
        return Files.readAllLines(output).stream()
                .filter(line -> line.matches("plugged [0-9]+\\."))
                .mapToInt(line -> Integer.parseInt(line.replaceAll("[^0-9]", "")))
                .max()
                .orElse(0);
    }

    /** Opens what the killed process left; the highest version there. */
    private int checkState(int acknowledged) throws IOException {
        try (Engine engine = PluggingProcess.engine();
                PackStore store = PluggingProcess.store(folder)) {
            PackRegistry registry = PluggingProcess.registry(engine, store);
            // Opened one by one: digest, signature and self-test of every version are right.
            for (PackView pack : registry.packs()) {
                try (Lease lease = registry.acquire(pack.id())) {
                    lease.open(Cancellation.withoutDeadline());
                }
            }
            assertThat(registry.failures()).isEmpty();
            int highest = registry.versions("edges").stream()
                    .mapToInt(pack -> Integer.parseInt(pack.id().version()))
                    .max()
                    .orElseThrow();
            assertThat(highest).isBetween(acknowledged, acknowledged + 1);
            // The process has one version, and two between a plug and the removal after it.
            assertThat(registry.versions("edges")).hasSizeBetween(1, 2);
            Traffic traffic = registry.traffic("edges");
            assertThat(traffic.weights().values().stream()
                            .mapToInt(each -> each)
                            .sum())
                    .isEqualTo(100);
            assertThat(traffic.versions())
                    .as("a share has a version")
                    .hasSameSizeAs(traffic.weights().keySet());
            assertThat(traffic.weights()).containsKey(traffic.active().orElseThrow());
            Set<String> stored = files("packs");
            assertThat(stored)
                    .isEqualTo(registry.packs().stream()
                            .flatMap(pack -> Stream.of(".safetensors", ".sig")
                                    .map(suffix -> "edges/" + pack.id().version() + suffix))
                            .collect(Collectors.toCollection(TreeSet::new)));
            assertThat(files("uploads")).isEmpty();
            assertThat(List.of(folder.resolve("data").toFile().list()))
                    .containsExactlyInAnyOrder(".lock", "index.json", "packs", "uploads");
            registry.close();
            return highest;
        }
    }

    private Set<String> files(String name) throws IOException {
        Path root = folder.resolve("data").resolve(name);
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }
}

package dev.facet.cli.reliability;

import dev.facet.core.digest.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What a server has on disk, and what its log says. */
final class ServerFiles {
    private static final Duration SETTLING = Duration.ofSeconds(90);

    private static final int SHOWN_TRACES = 5;

    private final Path folder;

    /**
     * @param folder with {@code data/}, {@code temporary/} and {@code server.log}
     */
    ServerFiles(Path folder) {
        this.folder = folder;
    }

    /** All files under {@code data/} and {@code temporary/} but the JVM's own, and the framework's copies of its pages. */
    Set<String> list() throws IOException {
        Set<String> files = new TreeSet<>();
        for (String name : new String[] {"data", "temporary"}) {
            try (Stream<Path> walk = Files.walk(folder.resolve(name))) {
                walk.filter(Files::isRegularFile)
                        .map(file -> folder.relativize(file).toString())
                        .filter(file -> !file.contains("hsperfdata") && !file.contains("vertx-cache"))
                        .forEach(files::add);
            } catch (UncheckedIOException e) {
                // A file went while they were listed: whoever waits for that looks again.
                files.add("changing: " + e.getMessage());
            }
        }
        return files;
    }

    /** Waits until the files are those again, and says which ones stay. */
    void expectSame(Set<String> before, TrialReport report) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Set<String> left = new TreeSet<>(list());
        left.removeAll(before);
        while (!left.isEmpty() && !Surroundings.isOver(start, SETTLING)) {
            Thread.sleep(500);
            left = new TreeSet<>(list());
            left.removeAll(before);
        }
        report.expect(left.isEmpty(), "files are left behind: %s", left);
    }

    /** SHA-256 of the packs' files by {@code NAME@VERSION}. */
    Map<String, String> packs() throws IOException {
        Map<String, String> packs = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(folder.resolve("data/packs"))) {
            for (Path file : walk.filter(file -> file.toString().endsWith(".safetensors"))
                    .toList()) {
                String version = file.getFileName().toString().replace(".safetensors", "");
                packs.put(file.getParent().getFileName() + "@" + version, sha256(file));
            }
        } catch (NoSuchFileException e) {
            return packs;
        }
        return packs;
    }

    private static String sha256(Path file) throws IOException {
        MessageDigest digest = Sha256.begin();
        digest.update(Files.readAllBytes(file));
        return Sha256.hex(digest);
    }

    /** Puts into the report how many stack traces the log has, and what the first of them are of. */
    void reportStackTraces(TrialReport report) throws IOException {
        long traces = 0;
        Set<String> kinds = new LinkedHashSet<>();
        String before = "";
        try (Stream<String> lines = Files.lines(folder.resolve("server.log"))) {
            for (String line : (Iterable<String>) lines::iterator) {
                boolean frame = line.startsWith("\tat ");
                if (frame && !before.startsWith("\t")) {
                    traces++;
                    // Without what is different each time: the moment and the request's id.
                    String what = before.replaceFirst("^[0-9:.]+ +", "").replaceAll("[0-9a-f-]{16,}", "…");
                    if (kinds.size() < SHOWN_TRACES) {
                        kinds.add(what.substring(0, Math.min(200, what.length())));
                    }
                }
                before = line;
            }
        }
        report.figure(
                "stack traces in the server's log", traces == 0 ? "0" : traces + ", of: " + String.join("; ", kinds));
    }
}

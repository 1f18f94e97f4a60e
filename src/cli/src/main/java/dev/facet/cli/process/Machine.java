package dev.facet.cli.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.concurrent.TimeUnit;

/** What a measurement was made on, in one line: processor, memory, Java, commit, date. */
public final class Machine {
    private Machine() {}

    /**
     * The line.
     *
     * @param home folder of the repository whose commit is named
     */
    public static String describe(Path home) {
        return "%s, %d processors, %s of memory; Java %s; commit %s; %s"
                .formatted(
                        first("/proc/cpuinfo", "model name", System.getProperty("os.arch")),
                        Runtime.getRuntime().availableProcessors(),
                        memory(),
                        System.getProperty("java.version"),
                        commit(home),
                        LocalDate.now());
    }

    private static String memory() {
        String kilobytes = first("/proc/meminfo", "MemTotal", "").replaceAll("\\D", "");
        return kilobytes.isEmpty() ? "unknown" : "%.1f GB".formatted(Long.parseLong(kilobytes) * 1024 / 1e9);
    }

    private static String first(String file, String name, String otherwise) {
        try {
            return Files.readAllLines(Path.of(file)).stream()
                    .filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(otherwise);
        } catch (IOException e) {
            return otherwise;
        }
    }

    private static String commit(Path home) {
        try {
            Process git = new ProcessBuilder("git", "describe", "--always", "--dirty", "--exclude=*")
                    .directory(home.toFile())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return git.waitFor(10, TimeUnit.SECONDS) && git.exitValue() == 0 ? output : "unknown";
        } catch (IOException e) {
            return "unknown";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "unknown";
        }
    }
}

package dev.facet.cli.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What a measurement was made on, in one line: processor, memory, Java, commit, date. */
public final class Machine {
    private static final String UNKNOWN = "unknown";

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

    /** With {@code -dirty} where something else than pages was changed since: benchmarks write their results into pages. */
    private static String commit(Path home) {
        String commit = git(home, "rev-parse", "--short", "HEAD");
        String changed = git(home, "status", "--porcelain", "--untracked-files=no", "--", ".", ":(exclude)*.md");
        return changed.isEmpty() || commit.equals(UNKNOWN) ? commit : commit + "-dirty";
    }

    private static String git(Path home, String... arguments) {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        try {
            Process git = new ProcessBuilder(command)
                    .directory(home.toFile())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return git.waitFor(10, TimeUnit.SECONDS) && git.exitValue() == 0 ? output : UNKNOWN;
        } catch (IOException e) {
            return UNKNOWN;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return UNKNOWN;
        }
    }
}

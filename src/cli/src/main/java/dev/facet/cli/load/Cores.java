package dev.facet.cli.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Pins this process to one core, and a server to another, by {@code taskset} where there is one and at least two cores.
 * Closing lets this process run everywhere again.
 */
public final class Cores implements AutoCloseable {
    private final List<Integer> allowed;
    private final boolean pinned;

    private Cores(List<Integer> allowed, boolean pinned) {
        this.allowed = allowed;
        this.pinned = pinned;
    }

    /** Pins this process to the first core that it may use. */
    public static Cores pin() throws IOException, InterruptedException {
        List<Integer> allowed = allowed();
        boolean pinned = allowed.size() > 1 && taskset(allowed.get(0).toString());
        return new Cores(allowed, pinned);
    }

    /** Words before a command that is to run on the last core; none where nothing is pinned. */
    public List<String> prefixOfServer() {
        return pinned ? List.of("taskset", "-c", allowed.get(allowed.size() - 1).toString()) : List.of();
    }

    /** Who runs where, for the report. */
    public String describe() {
        return pinned
                ? "load generator on core %d, server on core %d"
                        .formatted(allowed.get(0), allowed.get(allowed.size() - 1))
                : "not pinned: no taskset, or one core: the load generator takes time from the server";
    }

    private static List<Integer> allowed() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return List.of();
        }
        String list = Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("Cpus_allowed_list:"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("");
        List<Integer> cores = new ArrayList<>();
        for (String range : list.split(",")) {
            String[] ends = range.split("-");
            for (int core = Integer.parseInt(ends[0]); core <= Integer.parseInt(ends[ends.length - 1]); core++) {
                cores.add(core);
            }
        }
        return cores;
    }

    /** Whether it could be done for all threads of this process. */
    private static boolean taskset(String cores) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(
                            "taskset",
                            "-a",
                            "-p",
                            "-c",
                            cores,
                            Long.toString(ProcessHandle.current().pid()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            // There is no taskset here: the report says so.
            return false;
        }
    }

    @Override
    public void close() throws InterruptedException {
        if (pinned) {
            taskset(String.join(",", allowed.stream().map(String::valueOf).toList()));
        }
    }
}

package dev.facet.trainer.bench;

import dev.facet.core.json.StrictJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A side in a process of its own: the allocator's settings are those of a process, and so is its memory. */
final class SideProcess implements AutoCloseable {
    private static final String MAIN = "dev.facet.trainer.TrainerMain";
    private static final int SHOWN = 20;

    private final String name;
    private final Process process;
    private final BufferedReader answers;
    private final PrintStream requests;
    private final Path log;

    /** @param command reads numbers of steps from its standard input, and answers each as {@link SideRun} does */
    SideProcess(String name, List<String> command) throws IOException {
        this.name = name;
        this.log = Files.createTempFile("facet-bench-", ".log");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
        // Threads that spin while they wait would add to the CPU time of whoever has more of them, and disturb the
        // others.
        builder.environment().putIfAbsent("OMP_WAIT_POLICY", "PASSIVE");
        this.process = builder.start();
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.requests = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    }

    /** A side in this program. */
    static List<String> ours(String name, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN, "bench", "train", "--side", name));
        command.addAll(arguments);
        return command;
    }

    /** Trains so many steps. */
    SideRun.BlockTime train(int steps) throws IOException {
        requests.println(steps);
        for (String line = answers.readLine(); line != null; line = answers.readLine()) {
            if (line.startsWith(SideRun.MARK)) {
                return StrictJson.read(line.substring(SideRun.MARK.length()), SideRun.BlockTime.class);
            }
        }
        List<String> lines = Files.readAllLines(log);
        throw new IOException("side '%s' ended early: %s"
                .formatted(name, String.join("\n", lines.subList(Math.max(0, lines.size() - SHOWN), lines.size()))));
    }

    @Override
    public void close() throws IOException {
        requests.close();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        Files.deleteIfExists(log);
    }
}

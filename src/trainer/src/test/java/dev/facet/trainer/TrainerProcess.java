package dev.facet.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;

/** The trainer's command line, in this process or in one of its own that may be killed. */
final class TrainerProcess {
    private static final int PATIENCE_SECONDS = 40;

    private TrainerProcess() {}

    /** Exit code, what was said on stderr, and what was asked for on stdout. */
    record Answer(int code, String errors, String output) {}

    /** Runs a command in this process. */
    static Answer run(String... arguments) {
        StringWriter errors = new StringWriter();
        StringWriter output = new StringWriter();
        CommandLine line =
                TrainerMain.commandLine().setErr(new PrintWriter(errors, true)).setOut(new PrintWriter(output, true));
        int code = line.execute(arguments);
        return new Answer(code, errors.toString(), output.toString());
    }

    /** Runs a command in a process of its own, which must succeed; all that it says. */
    static List<String> lines(String... arguments) throws IOException, InterruptedException {
        return linesIn(Path.of("."), arguments);
    }

    /** The same in a folder. */
    static List<String> linesIn(Path folder, String... arguments) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command(arguments))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            List<String> lines = reader.lines().toList();
            assertThat(process.waitFor()).as("%s", lines).isZero();
            return lines;
        }
    }

    private static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.facet.trainer.TrainerMain"));
        command.addAll(List.of(arguments));
        return command;
    }

    /** How a process is ended from outside. */
    enum Signal {
        /** SIGTERM. */
        ASKED(15),
        /** SIGKILL. */
        KILLED(9);

        private final int number;

        Signal(int number) {
            this.number = number;
        }

        /** What a process exits with that ended by it. */
        int exitCode() {
            return 128 + number;
        }
    }

    /**
     * Runs a command in a process of its own, and ends it when a line begins like that. One that was asked and does not end is
     * killed.
     *
     * @return the exit code: 0 where it was done before the signal came
     */
    static int interrupt(Signal signal, String line, String... arguments) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command(arguments)).redirectErrorStream(true);
        Process process = builder.start();
        List<String> lines = new ArrayList<>();
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            boolean seen = false;
            for (String said = reader.readLine(); said != null; said = reader.readLine()) {
                lines.add(said);
                if (!seen && said.startsWith(line)) {
                    seen = true;
                    if (signal == Signal.KILLED) {
                        process.toHandle().destroyForcibly();
                    } else {
                        process.toHandle().destroy();
                        CompletableFuture.delayedExecutor(PATIENCE_SECONDS, TimeUnit.SECONDS)
                                .execute(process::destroyForcibly);
                    }
                }
            }
            if (!seen) {
                throw new IllegalStateException("line never came: '%s', said=%s".formatted(line, lines));
            }
            process.waitFor(60, TimeUnit.SECONDS);
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }
}

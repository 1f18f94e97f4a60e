package dev.facet.trainer;

import dev.facet.core.bank.BankException;
import dev.facet.core.checkpoint.CheckpointException;
import dev.facet.core.pack.PackException;
import dev.facet.core.publish.PublishException;
import dev.facet.core.safetensors.SafetensorsException;
import dev.facet.evaluation.dataset.DatasetException;
import dev.facet.trainer.bench.BenchCommand;
import dev.facet.trainer.step.NonFiniteLossException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The trainer's commands. Exit codes: 0 done, 1 failed, 2 wrong arguments, 130 stopped (a checkpoint was written). */
@Command(
        name = "facet",
        description = "Trains modulator packs.",
        mixinStandardHelpOptions = true,
        subcommands = {TrainCommand.class, ExperimentCommand.class, BenchCommand.class})
public final class TrainerMain {
    private TrainerMain() {}

    public static void main(String[] arguments) {
        int code = commandLine().execute(arguments);
        // Where a signal ends the process, its hook waits for this thread to return, and exiting waits for the hook.
        new Thread(() -> System.exit(code), "exit").start();
    }

    static CommandLine commandLine() {
        return new CommandLine(new TrainerMain()).setExecutionExceptionHandler((e, line, parsed) -> {
            if (isExplained(e)) {
                line.getErr().println("facet: " + message(e));
            } else {
                e.printStackTrace(line.getErr());
            }
            return 1;
        });
    }

    private static boolean isExplained(Exception e) {
        return e instanceof IllegalArgumentException
                || e instanceof IOException
                || e instanceof DatasetException
                || e instanceof BankException
                || e instanceof PackException
                || e instanceof CheckpointException
                || e instanceof SafetensorsException
                || e instanceof PublishException
                || e instanceof NonFiniteLossException;
    }

    private static String message(Exception e) {
        if (e instanceof NoSuchFileException missing) {
            return "no such file: " + missing.getFile();
        }
        if (e instanceof AccessDeniedException denied) {
            return "no permission: " + denied.getFile();
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}

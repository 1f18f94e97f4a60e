package dev.facet.trainer;

import ai.djl.engine.EngineException;
import dev.facet.core.bank.BankException;
import dev.facet.core.failure.Failures;
import dev.facet.core.pack.PackException;
import dev.facet.core.safetensors.SafetensorsException;
import dev.facet.evaluation.dataset.DatasetException;
import dev.facet.exchange.checkpoint.CheckpointException;
import dev.facet.exchange.publish.PublishException;
import dev.facet.trainer.bench.TrainerBenchCommand;
import dev.facet.trainer.engine.TorchException;
import dev.facet.trainer.step.NonFiniteLossException;
import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The trainer's commands. Exit codes: 0 done, 1 failed, 2 wrong arguments, 130 stopped (a checkpoint was written). */
@Command(
        name = "facet",
        description = "Trains modulator packs.",
        mixinStandardHelpOptions = true,
        subcommands = {TrainCommand.class, ExperimentCommand.class, TrainerBenchCommand.class})
public final class TrainerMain {
    /** Held, since loggers are kept by weak references. */
    private static final Logger LIBRARY_LOG = Logger.getLogger("ai.djl");

    private TrainerMain() {}

    public static void main(String[] arguments) {
        // How DJL found its libraries, and how many threads it has, is nothing to act on.
        LIBRARY_LOG.setLevel(Level.WARNING);
        int code = commandLine().execute(arguments);
        // Where a signal ends the process, its hook waits for this thread to return, and exiting waits for the hook.
        new Thread(() -> System.exit(code), "exit").start();
    }

    static CommandLine commandLine() {
        return new CommandLine(new TrainerMain()).setExecutionExceptionHandler((e, line, parsed) -> {
            if (isExplained(e)) {
                line.getErr().println("facet: " + Failures.describe(e));
            } else {
                e.printStackTrace(line.getErr());
            }
            return 1;
        });
    }

    /** Whether a failure's message is all that a user needs; of the others the trace is shown. */
    static boolean isExplained(Exception e) {
        return e instanceof IllegalArgumentException
                || e instanceof IOException
                || e instanceof DatasetException
                || e instanceof BankException
                || e instanceof PackException
                || e instanceof CheckpointException
                || e instanceof SafetensorsException
                || e instanceof PublishException
                || e instanceof NonFiniteLossException
                || e instanceof TorchException
                // Mostly memory: what libtorch couldn't allocate.
                || e instanceof EngineException;
    }
}

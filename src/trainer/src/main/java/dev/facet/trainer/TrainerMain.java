package dev.facet.trainer;

import dev.facet.core.bank.BankException;
import dev.facet.evaluation.dataset.DatasetException;
import dev.facet.trainer.bench.BenchCommand;
import dev.facet.trainer.step.NonFiniteLossException;
import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The trainer's commands. Exit codes: 0 done, 1 failed, 2 wrong arguments, 130 stopped (a checkpoint was written). */
@Command(
        name = "facet",
        description = "Trains modulator packs.",
        mixinStandardHelpOptions = true,
        subcommands = {TrainCommand.class, BenchCommand.class})
public final class TrainerMain {
    private TrainerMain() {}

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new TrainerMain()).setExecutionExceptionHandler((e, line, parsed) -> {
            boolean explained = e instanceof IllegalArgumentException
                    || e instanceof IOException
                    || e instanceof DatasetException
                    || e instanceof BankException
                    || e instanceof NonFiniteLossException;
            if (explained) {
                line.getErr().println("facet: " + e.getMessage());
            } else {
                e.printStackTrace(line.getErr());
            }
            return 1;
        });
    }
}

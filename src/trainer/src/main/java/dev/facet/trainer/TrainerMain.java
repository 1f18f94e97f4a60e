package dev.facet.trainer;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The trainer's commands. Exit codes: 0 done, 1 failed, 2 wrong arguments, 130 stopped (a checkpoint was written). */
@Command(
        name = "facet",
        description = "Trains modulator packs.",
        mixinStandardHelpOptions = true,
        subcommands = TrainCommand.class)
public final class TrainerMain {
    private TrainerMain() {}

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new TrainerMain()).setExecutionExceptionHandler((e, line, parsed) -> {
            if (e instanceof IllegalArgumentException || e instanceof java.io.IOException) {
                line.getErr().println("facet: " + e.getMessage());
            } else {
                e.printStackTrace(line.getErr());
            }
            return 1;
        });
    }
}

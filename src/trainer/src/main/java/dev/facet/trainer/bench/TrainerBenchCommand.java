package dev.facet.trainer.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code facet bench}: the trainer's part of it. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures training on this machine. Prints Markdown.",
        subcommands = BenchTrainCommand.class)
public final class TrainerBenchCommand implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "missing command: expected 'train'");
    }
}

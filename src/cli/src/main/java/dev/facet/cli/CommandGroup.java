package dev.facet.cli;

import picocli.CommandLine;

/** A command that only groups others. */
abstract class CommandGroup implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(),
                "missing command: expected one of "
                        + String.join(", ", spec.subcommands().keySet()));
    }
}

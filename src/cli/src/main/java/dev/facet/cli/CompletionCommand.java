package dev.facet.cli;

import java.util.List;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/** {@code facet completion}: a script that completes commands and options in a shell. */
@Command(
        name = "completion",
        description = "Prints a script that completes commands, options and files in bash and zsh.",
        footer = {"", "Example: source <(facet completion)"})
final class CompletionCommand implements Runnable {
    /** Commands that the launcher gives to others than this program, with their options. */
    private record Other(String name, List<String> options, List<String> flags) {}

    private static final List<Other> OTHERS = List.of(
            new Other("serve", List.of("--port", "--host"), List.of("--help")),
            new Other(
                    "train",
                    List.of("--config", "--set", "--out", "--publish", "--key-file"),
                    List.of("--resume", "--help")),
            new Other(
                    "experiment",
                    List.of("--table", "--out", "--only", "--data", "--set"),
                    List.of("--summary", "--help")));

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    private boolean help;

    @Override
    public void run() {
        CommandLine line = new CommandLine(new FacetMain());
        for (Other other : OTHERS) {
            CommandSpec spec = CommandSpec.create();
            other.options()
                    .forEach(name -> spec.addOption(
                            OptionSpec.builder(name).type(java.io.File.class).build()));
            other.flags()
                    .forEach(name -> spec.addOption(OptionSpec.builder(name)
                            .arity("0")
                            .type(boolean.class)
                            .build()));
            line.addSubcommand(other.name(), spec);
        }
        System.out.print(AutoComplete.bash("facet", line));
    }
}

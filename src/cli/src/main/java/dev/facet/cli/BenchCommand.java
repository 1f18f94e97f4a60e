package dev.facet.cli;

import picocli.CommandLine.Command;

/** {@code facet bench}: measures what docs/benchmarks.md and docs/reliability.md say. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures engine and server on this machine, as CPU time and ratios. Prints Markdown.",
        footer = {"", "Also: facet bench train (the trainer)."},
        subcommands = {
            BenchEngineCommand.class,
            BenchPlugCommand.class,
            BenchServerCommand.class,
            BenchReliabilityCommand.class
        })
final class BenchCommand extends CommandGroup {}

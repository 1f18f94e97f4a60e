package dev.facet.cli;

import picocli.CommandLine.Command;

/** {@code facet bank}: makes and shows filter banks. */
@Command(
        name = "bank",
        mixinStandardHelpOptions = true,
        description = "Makes and shows filter banks.",
        subcommands = {
            BankImportCommand.class,
            BankDecomposeCommand.class,
            BankCalibrateCommand.class,
            BankInspectCommand.class
        })
final class BankCommand extends CommandGroup {}

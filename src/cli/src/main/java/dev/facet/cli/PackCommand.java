package dev.facet.cli;

import picocli.CommandLine.Command;

/** {@code facet pack}: imports, shows, checks and exports packs. */
@Command(
        name = "pack",
        mixinStandardHelpOptions = true,
        description = "Imports, shows, checks and exports packs.",
        subcommands = {
            PackImportCommand.class,
            PackInspectCommand.class,
            PackVerifyCommand.class,
            PackExportCommand.class
        })
final class PackCommand extends CommandGroup {}

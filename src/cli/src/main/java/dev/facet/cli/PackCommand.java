package dev.facet.cli;

import picocli.CommandLine.Command;

/** {@code facet pack}: makes, shows, checks and exports packs. */
@Command(
        name = "pack",
        mixinStandardHelpOptions = true,
        description = "Makes, renames, quantizes, shows, checks and exports modulator packs.",
        subcommands = {
            PackImportCommand.class,
            PackSetCommand.class,
            PackQuantizeCommand.class,
            PackInspectCommand.class,
            PackVerifyCommand.class,
            PackExportCommand.class
        })
final class PackCommand extends CommandGroup {}

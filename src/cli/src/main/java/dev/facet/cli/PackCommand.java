package dev.facet.cli;

import picocli.CommandLine.Command;

/** {@code facet pack}: makes, shows, checks, signs and exports packs. */
@Command(
        name = "pack",
        mixinStandardHelpOptions = true,
        description = "Makes, renames, quantizes, shows, checks, signs and exports modulator packs.",
        subcommands = {
            PackImportCommand.class,
            PackSetCommand.class,
            PackQuantizeCommand.class,
            PackInspectCommand.class,
            PackVerifyCommand.class,
            PackSignCommand.class,
            PackExportCommand.class
        })
final class PackCommand extends CommandGroup {}

package dev.facet.cli;

import dev.facet.core.failure.Failures;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/**
 * {@code facet}: every command that needs neither the server nor the trainer.
 *
 * <p>Exit codes: 0 done, 1 refused or failed (one sentence on stderr says why), 2 wrong usage.
 */
@Command(
        name = "facet",
        mixinStandardHelpOptions = true,
        version = FacetMain.VERSION,
        description = "Incremental multi-task dense prediction: one filter bank, one small pack per task.",
        footer = {
            "",
            "Also: facet serve (the server), facet train (the trainer).",
            "Exit codes: 0 done, 1 refused or failed, 2 wrong usage."
        },
        subcommands = {
            PredictCommand.class,
            EvaluateCommand.class,
            BankCommand.class,
            PackCommand.class,
            PublishCommand.class,
            KeygenCommand.class,
            BenchCommand.class,
            CompletionCommand.class,
            CommandLine.HelpCommand.class
        })
public final class FacetMain implements Runnable {
    /** Program and version, as manifests name them. */
    static final String VERSION = "facet 0.1.0";

    /** Held, since loggers are kept by weak references. */
    private static final Logger LIBRARY_LOG = Logger.getLogger("dev.facet");

    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            description = "Show stack traces.")
    private boolean verbose;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "missing command");
    }

    /** Runs a command and returns its exit code. */
    public static int run(String... arguments) {
        FacetMain main = new FacetMain();
        CommandLine line = new CommandLine(main);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionStrategy(parsed -> {
            LIBRARY_LOG.setLevel(main.verbose ? Level.INFO : Level.WARNING);
            return new CommandLine.RunLast().execute(parsed);
        });
        line.setExecutionExceptionHandler((exception, command, result) -> {
            if (main.verbose) {
                exception.printStackTrace(command.getErr());
            } else {
                command.getErr().println("facet: " + Failures.describe(exception) + suggestion(exception));
            }
            return exitCode(exception);
        });
        return line.execute(arguments);
    }

    /** A value that an option can't have is wrong usage; what files, servers and machines do isn't. */
    private static int exitCode(Exception failure) {
        if (failure instanceof CommandFailure known) {
            return known.exitCode();
        }
        return failure instanceof IllegalArgumentException ? CommandFailure.MISUSED : CommandFailure.FAILED;
    }

    private static String suggestion(Exception failure) {
        return failure instanceof NoSuchFileException missing && missing.getFile() != null
                ? SimilarNames.hint(Path.of(missing.getFile()))
                : "";
    }

    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }
}

package dev.facet.cli;

import dev.facet.evaluation.report.Comparison;
import dev.facet.evaluation.report.Evaluation;
import dev.facet.evaluation.report.EvaluationFiles;
import dev.facet.evaluation.report.PerformanceLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** What is made of scores. */
final class ReportOptions {
    @Option(names = "--json", description = "Print JSON instead of a table.")
    private boolean json;

    @Option(
            names = {"--log-performance", "--log_performance"},
            paramLabel = "FILE",
            description = "Append the reference's line of names and values to a file.")
    private Path performance;

    @Option(
            names = "--experiment",
            description = "Name of the run in that line (default: the pack's name, or the folder of the predictions).")
    private String experiment;

    @Option(
            names = "--baseline",
            paramLabel = "FILE",
            description =
                    "Scores to compare with, as --json prints them: the relative gain of each task, and their mean Δm.")
    private Path baseline;

    @Option(
            names = "--results",
            paramLabel = "FILE",
            description =
                    "Scores that are there already, as --json prints them, to compare with the baseline. May be repeated.")
    private List<Path> results = new ArrayList<>();

    /** Refuses what can't be used before anything is scored. */
    void check() throws IOException {
        if (!results.isEmpty() && baseline == null) {
            throw new CommandFailure("--results needs something to compare with: expected --baseline FILE");
        }
        if (experiment != null && performance == null) {
            throw new CommandFailure("--experiment names a line of --log-performance FILE: expected both");
        }
        if (performance != null && Files.isDirectory(performance)) {
            throw new CommandFailure("--log-performance: value=%s, expected a file".formatted(performance));
        }
        if (baseline != null) {
            EvaluationFiles.read(baseline);
        }
    }

    /** Whether scores of files are compared and nothing is scored. */
    boolean onlyCompares() {
        return !results.isEmpty();
    }

    /** Prints the comparison of files. */
    void compare() throws IOException {
        List<Evaluation> all = new ArrayList<>();
        for (Path file : results) {
            all.addAll(EvaluationFiles.read(file));
        }
        Comparison comparison = Comparison.of(all, EvaluationFiles.read(baseline));
        System.out.println(json ? comparison.json() : comparison.markdown().stripTrailing());
    }

    /** Prints scores of packs, and logs them where that was asked for; each pack is a run of its own name. */
    void print(List<Evaluation> evaluations, boolean parity) throws IOException {
        for (Evaluation evaluation : evaluations) {
            log(evaluation, evaluation.pack(), parity);
        }
        print(evaluations);
    }

    /**
     * Prints scores, and logs them where that was asked for.
     *
     * @param name of the run, unless an option names it
     * @param parity whether edges are left out of the log, as the reference does
     */
    void print(Evaluation evaluation, String name, boolean parity) throws IOException {
        log(evaluation, name, parity);
        print(List.of(evaluation));
    }

    private void log(Evaluation evaluation, String name, boolean parity) throws IOException {
        if (performance != null) {
            String line = PerformanceLine.of(experiment != null ? experiment : name, evaluation, parity);
            Files.writeString(performance, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }

    private void print(List<Evaluation> evaluations) throws IOException {
        Comparison comparison = baseline == null ? null : Comparison.of(evaluations, EvaluationFiles.read(baseline));
        for (Evaluation evaluation : evaluations) {
            String scores = json ? evaluation.json() : evaluation.markdown().stripTrailing();
            // One pack's comparison is part of its object; that of several comes after them.
            System.out.println(
                    json && comparison != null && evaluations.size() == 1 ? evaluation.json(comparison) : scores);
        }
        if (comparison != null && !(json && evaluations.size() == 1)) {
            System.out.println(
                    json ? comparison.json() : "\n" + comparison.markdown().stripTrailing());
        }
    }
}

package dev.facet.cli.reliability;

import java.util.List;
import java.util.Map;

/**
 * A trial that was carried out, as {@code --json} writes it.
 *
 * @param trial its name
 * @param sound whether nothing is broken
 * @param seed what its draws came from
 * @param quick whether it was a hundredth
 * @param seconds how long it took
 * @param machine processor, memory, Java, commit, date
 * @param description what was done
 * @param figures what was measured
 * @param table the first row is the headings; may be empty
 * @param brokenCount how many things are broken
 * @param broken the first of them
 */
public record TrialResult(
        String trial,
        boolean sound,
        long seed,
        boolean quick,
        long seconds,
        String machine,
        String description,
        Map<String, String> figures,
        List<List<String>> table,
        long brokenCount,
        List<String> broken) {

    static TrialResult of(Trial trial, TrialReport report, CampaignOptions options, long seconds, String machine) {
        return new TrialResult(
                trial.name(),
                report.brokenCount() == 0,
                options.seed(),
                options.quick(),
                seconds,
                machine,
                trial.description(),
                report.figures(),
                report.table(),
                report.brokenCount(),
                report.brokenOnes());
    }
}

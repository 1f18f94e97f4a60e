package dev.facet.cli.reliability;

import dev.facet.cli.report.MarkedPage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A Markdown page with a section for each trial between two marks. A campaign replaces the sections of the trials that it ran
 * and leaves everything else, what people wrote among it.
 */
public final class ResultPage {
    private static final MarkedPage PAGE = new MarkedPage(
            "<!-- trial %s: written by facet bench reliability --summary -->", "<!-- end of trial %s -->");

    private ResultPage() {}

    /** Writes results into a page, which is made if there is none. */
    public static void write(Path page, List<TrialResult> results) throws IOException {
        Map<String, String> sections = new LinkedHashMap<>();
        results.forEach(result -> sections.put(result.trial(), section(result)));
        PAGE.write(page, "# Reliability", sections);
    }

    private static String section(TrialResult result) {
        StringBuilder lines = new StringBuilder();
        lines.append("## %s: %s%n%n".formatted(result.trial(), result.sound() ? "sound" : "broken"));
        lines.append(result.description()).append("\n\n");
        lines.append("%s; seed %d; %d s%s.%n%n"
                .formatted(
                        result.machine(),
                        result.seed(),
                        result.seconds(),
                        result.quick() ? "; **quick: a hundredth of counts and times**" : ""));
        result.figures().forEach((name, value) -> lines.append("- %s: %s%n".formatted(name, value)));
        if (!result.table().isEmpty()) {
            lines.append('\n').append(MarkedPage.table(result.table()));
        }
        if (!result.sound()) {
            lines.append("%n**Broken, %d in all; the first:**%n%n".formatted(result.brokenCount()));
            result.broken().forEach(what -> lines.append("- %s%n".formatted(what.replaceAll("\\s+", " "))));
        }
        return lines.append('\n').toString();
    }
}

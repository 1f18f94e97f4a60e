package dev.facet.cli.reliability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A Markdown page with a section for each trial between two marks. A campaign replaces the sections of the trials that it ran
 * and leaves everything else, what people wrote among it.
 */
public final class ResultPage {
    private static final String BEGIN = "<!-- trial %s: written by facet bench reliability --summary -->";
    private static final String END = "<!-- end of trial %s -->";

    private ResultPage() {}

    /** Writes results into a page, which is made if there is none. */
    public static void write(Path page, List<TrialResult> results) throws IOException {
        String text = Files.exists(page) ? Files.readString(page) : "# Reliability\n";
        for (TrialResult result : results) {
            text = replace(text, result.trial(), section(result));
        }
        Files.writeString(page, text);
    }

    private static String replace(String text, String trial, String section) {
        String begin = BEGIN.formatted(trial);
        String end = END.formatted(trial);
        String whole = begin + "\n" + section + end;
        int from = text.indexOf(begin);
        int to = text.indexOf(end);
        if (from < 0 || to < from) {
            return text.stripTrailing() + "\n\n" + whole + "\n";
        }
        return text.substring(0, from) + whole + text.substring(to + end.length());
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
            lines.append('\n');
            table(lines, result.table());
        }
        if (!result.sound()) {
            lines.append("%n**Broken, %d in all; the first:**%n%n".formatted(result.brokenCount()));
            result.broken().forEach(what -> lines.append("- %s%n".formatted(what.replaceAll("\\s+", " "))));
        }
        return lines.append('\n').toString();
    }

    private static void table(StringBuilder lines, List<List<String>> rows) {
        row(lines, rows.get(0));
        row(lines, rows.get(0).stream().map(heading -> "---").toList());
        rows.stream().skip(1).forEach(cells -> row(lines, cells));
    }

    private static void row(StringBuilder lines, List<String> cells) {
        lines.append("| %s |%n".formatted(String.join(" | ", cells)));
    }
}

package dev.facet.cli.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A Markdown page with sections between two marks. A command replaces the sections of what it has measured and leaves
 * everything else, what people wrote among it.
 */
public final class MarkedPage {
    private final String begin;
    private final String end;

    /**
     * @param begin mark before a section, a pattern for its name
     * @param end mark behind it, likewise
     */
    public MarkedPage(String begin, String end) {
        this.begin = begin;
        this.end = end;
    }

    /**
     * Writes sections into a page; new ones go to its end.
     *
     * @param page the file, which is made if there is none
     * @param title first line of a page that is made
     * @param sections text by the section's name, in order
     */
    public void write(Path page, String title, Map<String, String> sections) throws IOException {
        String text = Files.exists(page) ? Files.readString(page) : title + "\n";
        for (Map.Entry<String, String> section : sections.entrySet()) {
            text = replace(text, section.getKey(), section.getValue());
        }
        Files.writeString(page, text);
    }

    private String replace(String text, String name, String section) {
        String first = begin.formatted(name);
        String last = end.formatted(name);
        String whole = first + "\n" + section + last;
        int from = text.indexOf(first);
        int to = text.indexOf(last);
        if (from < 0 || to < from) {
            return text.stripTrailing() + "\n\n" + whole + "\n";
        }
        return text.substring(0, from) + whole + text.substring(to + last.length());
    }

    /** A table's lines; the first row is the headings. */
    public static String table(List<List<String>> rows) {
        StringBuilder lines = new StringBuilder();
        row(lines, rows.get(0));
        row(lines, rows.get(0).stream().map(heading -> "---").toList());
        rows.stream().skip(1).forEach(cells -> row(lines, cells));
        return lines.toString();
    }

    private static void row(StringBuilder lines, List<String> cells) {
        lines.append("| %s |%n".formatted(String.join(" | ", cells)));
    }
}

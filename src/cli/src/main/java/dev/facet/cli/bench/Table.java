package dev.facet.cli.bench;

import dev.facet.cli.report.MarkedPage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A table with its title and notes. Not thread-safe. */
public final class Table {
    private final String title;
    private final List<String> columns;
    private final List<List<Cell>> rows = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    /**
     * @param title what was measured
     * @param columns headings, each another
     */
    Table(String title, String... columns) {
        this.title = title;
        this.columns = List.of(columns);
    }

    void row(Cell... cells) {
        if (cells.length != columns.size()) {
            throw new IllegalStateException(
                    "row of another table: cells=%d, expected=%d (bug)".formatted(cells.length, columns.size()));
        }
        rows.add(List.of(cells));
    }

    /** A sentence or two below the table. */
    void note(String pattern, Object... values) {
        notes.add(values.length == 0 ? pattern : pattern.formatted(values));
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    String markdown() {
        List<List<String>> lines = new ArrayList<>();
        lines.add(columns);
        rows.forEach(row -> lines.add(row.stream().map(Cell::text).toList()));
        StringBuilder text = new StringBuilder("### " + title + "\n\n" + MarkedPage.table(lines));
        notes.forEach(note -> text.append("\n").append(note).append("\n"));
        return text.toString();
    }

    /** The same for programs: title, rows by the headings, notes. */
    Map<String, Object> json() {
        List<Map<String, Object>> values = new ArrayList<>();
        for (List<Cell> row : rows) {
            Map<String, Object> value = new LinkedHashMap<>();
            for (int i = 0; i < row.size(); i++) {
                value.put(columns.get(i), row.get(i).value());
            }
            values.add(value);
        }
        return Map.of("title", title, "rows", values, "notes", notes);
    }
}

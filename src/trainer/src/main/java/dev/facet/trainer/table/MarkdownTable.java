package dev.facet.trainer.table;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A Markdown table, aligned so that it can be read as it is. */
final class MarkdownTable {
    private final List<List<String>> rows = new ArrayList<>();

    MarkdownTable(List<String> head) {
        rows.add(List.copyOf(head));
    }

    void add(List<String> row) {
        rows.add(List.copyOf(row));
    }

    boolean isEmpty() {
        return rows.size() == 1;
    }

    @Override
    public String toString() {
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (int r = 0; r < rows.size(); r++) {
            List<String> padded = new ArrayList<>();
            for (int i = 0; i < columns; i++) {
                String value = rows.get(r).get(i);
                String space = " ".repeat(widths[i] - value.length());
                padded.add(i == 0 ? value + space : space + value);
            }
            text.append(padded.stream().collect(Collectors.joining(" | ", "| ", " |%n".formatted())));
            if (r == 0) {
                text.append('|');
                for (int i = 0; i < columns; i++) {
                    text.append("-".repeat(widths[i] + 1))
                            .append(i == 0 ? "-" : ":")
                            .append('|');
                }
                text.append("%n".formatted());
            }
        }
        return text.toString();
    }
}

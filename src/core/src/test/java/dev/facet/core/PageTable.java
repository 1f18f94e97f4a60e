package dev.facet.core;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A table of a page in docs/. */
public final class PageTable {
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    private PageTable() {}

    /**
     * The rows of the only table whose header begins so.
     *
     * @param page for example {@code api.md}
     * @param header the first cells of the header
     * @return the cells of each row, without the spaces around them
     */
    public static List<List<String>> rows(String page, String... header) throws IOException {
        Path file = Path.of(System.getProperty("test.root", "../.."), "docs", page);
        List<List<String>> rows = new ArrayList<>();
        boolean inside = false;
        int tables = 0;
        for (String line : Files.readAllLines(file)) {
            List<String> cells = line.startsWith("|") ? cells(line) : List.of();
            if (!inside
                    && cells.size() >= header.length
                    && cells.subList(0, header.length).equals(List.of(header))) {
                inside = true;
                tables++;
            } else if (cells.isEmpty()) {
                inside = false;
            } else if (inside && !cells.get(0).startsWith("---")) {
                rows.add(cells);
            }
        }
        if (tables != 1) {
            throw new IllegalStateException("tables with that header: count=%d, expected 1 [page=%s, header=%s]"
                    .formatted(tables, page, List.of(header)));
        }
        return rows;
    }

    private static List<String> cells(String line) {
        return Stream.of(line.substring(1).split("\\|")).map(String::strip).toList();
    }

    /** What a cell has in code. */
    public static List<String> code(String cell) {
        return CODE.matcher(cell)
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
    }
}

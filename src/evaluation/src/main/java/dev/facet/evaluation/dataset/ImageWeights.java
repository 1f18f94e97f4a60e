package dev.facet.evaluation.dataset;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the weights of images from a table. */
final class ImageWeights {
    private static final String ID = "id";

    private ImageWeights() {}

    /**
     * The weights of all images that a table has.
     *
     * @param root folder of the data set
     * @throws DatasetException naming the file, and the column or line that is wrong
     */
    static Map<String, Double> read(Path root, Weighting weighting) {
        Path file = root.resolve(weighting.from());
        List<String> lines = PlainFiles.lines(file);
        List<String> columns =
                lines.isEmpty() ? List.of() : Arrays.asList(lines.get(0).split("\t", -1));
        int id = column(columns, ID, file);
        String[] terms = weighting
                .value()
                .orElseThrow(() -> new DatasetException(
                        "weights of images: expected the name of a column [file=%s]".formatted(file)))
                .split(" - ", 2);
        int first = column(columns, terms[0].strip(), file);
        int second = terms.length == 1 ? -1 : column(columns, terms[1].strip(), file);
        Map<String, Double> weights = new HashMap<>();
        for (int i = 1; i < lines.size(); i++) {
            if (lines.get(i).isBlank()) {
                continue;
            }
            String[] fields = lines.get(i).split("\t", -1);
            if (fields.length != columns.size()) {
                throw new DatasetException("columns: count=%d, expected %d as the first line has [file=%s, line=%d]"
                        .formatted(fields.length, columns.size(), file, i + 1));
            }
            double value = number(fields[first], file, i + 1) - (second < 0 ? 0 : number(fields[second], file, i + 1));
            if (weights.put(fields[id].strip(), weighting.of(value)) != null) {
                throw new DatasetException(
                        "image id twice: value='%s' [file=%s, line=%d]".formatted(fields[id].strip(), file, i + 1));
            }
        }
        return weights;
    }

    private static int column(List<String> columns, String name, Path file) {
        int index = columns.indexOf(name);
        if (index < 0) {
            throw new DatasetException(
                    "no such column: value='%s', expected=%s [file=%s]".formatted(name, columns, file));
        }
        return index;
    }

    private static double number(String text, Path file, int line) {
        try {
            double value = Double.parseDouble(text.strip());
            if (Double.isFinite(value)) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw new DatasetException(
                    "not a number: value='%s' [file=%s, line=%d]".formatted(PlainFiles.abbreviated(text), file, line),
                    e);
        }
        throw new DatasetException("not a number: value='%s' [file=%s, line=%d]".formatted(text, file, line));
    }
}

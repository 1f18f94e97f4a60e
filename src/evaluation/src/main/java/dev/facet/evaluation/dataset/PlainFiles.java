package dev.facet.evaluation.dataset;

import dev.facet.core.failure.Failures;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The text files of data sets, read within bounds. */
final class PlainFiles {
    private static final int MAX_LIST_BYTES = 64 << 20;
    private static final int MAX_ID_LENGTH = 200;
    private static final int MAX_CLASSES = 255;

    private PlainFiles() {}

    /** The ids of {@code NAME.txt} in the order of the file. */
    static List<String> ids(Path folder, String split) {
        if (!isName(split)) {
            throw new DatasetException("split name: value='%s', expected a name without separators".formatted(split));
        }
        Path file = folder.resolve(split + ".txt");
        if (!Files.isRegularFile(file)) {
            throw new DatasetException(
                    "no such split: value='%s', there are %s [file=%s]".formatted(split, splits(folder), file));
        }
        Set<String> ids = new LinkedHashSet<>();
        int number = 0;
        for (String line : lines(file)) {
            number++;
            String id = line.strip();
            if (id.isEmpty()) {
                continue;
            }
            if (!isName(id)) {
                throw new DatasetException(
                        "image id: value='%s', expected a file name without extension, at most %d characters [file=%s, line=%d]"
                                .formatted(abbreviated(id), MAX_ID_LENGTH, file, number));
            }
            if (!ids.add(id)) {
                throw new DatasetException("image id twice: value='%s' [file=%s, line=%d]".formatted(id, file, number));
            }
        }
        if (ids.isEmpty()) {
            throw new DatasetException("split without ids: [file=%s]".formatted(file));
        }
        return List.copyOf(ids);
    }

    /** The names of a list of classes; none where there is no such file. */
    static List<String> classes(Path file) {
        if (!Files.exists(file)) {
            return List.of();
        }
        List<String> names =
                new ArrayList<>(lines(file).stream().map(String::strip).toList());
        while (!names.isEmpty() && names.get(names.size() - 1).isEmpty()) {
            names.remove(names.size() - 1);
        }
        if (names.contains("")) {
            throw new DatasetException(
                    "class without a name: line=%d [file=%s]".formatted(names.indexOf("") + 1, file));
        }
        if (names.size() < 2 || names.size() > MAX_CLASSES) {
            throw new DatasetException(
                    "classes: count=%d, expected=2..%d [file=%s]".formatted(names.size(), MAX_CLASSES, file));
        }
        return List.copyOf(names);
    }

    /** Whether that names a file and nothing else: no separators, no parent, no control characters. */
    static boolean isName(String value) {
        return !value.isEmpty()
                && value.length() <= MAX_ID_LENGTH
                && !value.startsWith(".")
                && value.chars().noneMatch(c -> c == '/' || c == '\\' || c == ':' || Character.isISOControl(c));
    }

    static String abbreviated(String text) {
        String printable = text.replaceAll("\\p{Cntrl}", "?");
        return printable.length() > 60 ? printable.substring(0, 60) + "…" : printable;
    }

    /** The lines of a UTF-8 text. */
    static List<String> lines(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_LIST_BYTES + 1);
            if (bytes.length > MAX_LIST_BYTES) {
                throw new DatasetException(
                        "list too long: expected at most %d bytes [file=%s]".formatted(MAX_LIST_BYTES, file));
            }
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return (text.startsWith("\uFEFF") ? text.substring(1) : text)
                    .lines()
                    .toList();
        } catch (NoSuchFileException e) {
            throw new DatasetException("no such list: file=%s".formatted(file), e);
        } catch (CharacterCodingException e) {
            throw new DatasetException("list isn't UTF-8 text [file=%s]".formatted(file), e);
        } catch (IOException e) {
            throw new DatasetException("list can't be read: %s [file=%s]".formatted(Failures.describe(e), file), e);
        }
    }

    private static List<String> splits(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".txt"))
                    .map(name -> name.substring(0, name.length() - 4))
                    .sorted()
                    .limit(20)
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }
}

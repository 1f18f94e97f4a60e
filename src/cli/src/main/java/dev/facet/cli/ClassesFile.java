package dev.facet.cli;

import dev.facet.core.task.ClassKind;
import dev.facet.core.task.LabelClass;
import dev.facet.core.task.TaskKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names of classes, one a line in the order of the channels, each with {@code #rrggbb} behind it or without. */
final class ClassesFile {
    private static final Pattern LINE = Pattern.compile("(.*?)(?:\\s+(#[0-9a-fA-F]{6}))?\\s*");

    private ClassesFile() {}

    /** The kind with the file's names and colours; a class without a colour keeps that of the kind. */
    static TaskKind apply(TaskKind kind, Path file) throws IOException {
        if (kind instanceof ClassKind labelled) {
            return labelled.withClasses(read(file, labelled.classes()));
        }
        throw new CommandFailure("classes are for segmentation and human parts: kind='%s'".formatted(kind.id()));
    }

    private static List<LabelClass> read(Path file, List<LabelClass> defaults) throws IOException {
        List<String> lines = Files.readAllLines(file).stream()
                .filter(line -> !line.isBlank())
                .toList();
        if (lines.size() != defaults.size()) {
            throw new CommandFailure("classes do not fit: lines=%d, expected %d, one a channel [file=%s]"
                    .formatted(lines.size(), defaults.size(), file));
        }
        List<LabelClass> classes = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            Matcher line = LINE.matcher(lines.get(i));
            if (!line.matches()) {
                throw new IllegalStateException("every line matches: '%s' (bug)".formatted(lines.get(i)));
            }
            String color = line.group(2) == null
                    ? defaults.get(i).color()
                    : line.group(2).toLowerCase(Locale.ROOT);
            classes.add(new LabelClass(line.group(1).strip(), color));
        }
        return classes;
    }
}

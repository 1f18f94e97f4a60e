package dev.facet.core.failure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.core.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Messages tell failures by {@link Failures}: the text of an exception itself begins with the name of its class. */
class MessagesTest {
    private static final Pattern CAUGHT = Pattern.compile("catch \\([\\w.|\\s]+?\\s(\\w+)\\)");
    private static final Pattern FORMATTED = Pattern.compile("\\.(?:formatted|format|printf)\\(");

    @Test
    void noModulePutsAnExceptionIntoAMessage() throws IOException {
        List<String> found = new ArrayList<>();
        int files = 0;
        for (Path file : sources()) {
            found.addAll(exceptionsInMessages(file.toString(), Files.readString(file)));
            files++;
        }

        assertThat(files).isGreaterThan(400);
        assertThat(found).isEmpty();
    }

    @Test
    void findsTheWaysInWhichItIsDone() {
        String source = """
                try {
                    read();
                } catch (IOException | RuntimeException e) {
                    throw new Refusal("no: %s [file=%s]"
                            .formatted(
                                    e, name(file, "a)b")), e);
                } catch (Error broken) {
                    System.err.println("no: " + broken);
                    System.err.println("no: " + broken.getMessage());
                    System.err.printf("%s, %s", Failures.describe(broken), broken.getCause());
                    return broken.toString();
                }
                """;

        assertThat(exceptionsInMessages("A", source))
                .containsExactly("A: e", "A: broken.getCause()", "A: broken", "A: broken.toString()");
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> modules = Files.list(SharedData.root().resolve("src"))) {
            List<Path> sources = new ArrayList<>();
            for (Path module : modules.map(each -> each.resolve("src/main/java"))
                    .filter(Files::isDirectory)
                    .toList()) {
                try (Stream<Path> files = Files.walk(module)) {
                    files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
                }
            }
            return sources;
        }
    }

    private static List<String> exceptionsInMessages(String file, String source) {
        Set<String> caught =
                CAUGHT.matcher(source).results().map(found -> found.group(1)).collect(Collectors.toSet());
        List<String> found = new ArrayList<>();
        Matcher formatted = FORMATTED.matcher(source);
        while (formatted.find()) {
            for (String argument : arguments(source, formatted.end())) {
                if (caught.contains(argument) || caught.contains(argument.replaceFirst("\\.getCause\\(\\)$", ""))) {
                    found.add(file + ": " + argument);
                }
            }
        }
        for (String name : caught) {
            Matcher text = Pattern.compile(
                            "\" \\+ (%1$s)(?![\\w.])|\\b(%1$s(?:\\.getCause\\(\\))?\\.toString\\(\\))|\" \\+ (%1$s\\.getCause\\(\\))(?!\\.)"
                                    .formatted(name))
                    .matcher(source);
            while (text.find()) {
                for (int group = 1; group <= 3; group++) {
                    if (text.group(group) != null) {
                        found.add(file + ": " + text.group(group));
                    }
                }
            }
        }
        return found;
    }

    /** The arguments of a call, from behind its bracket on. */
    private static List<String> arguments(String source, int begin) {
        List<String> arguments = new ArrayList<>();
        StringBuilder argument = new StringBuilder();
        int depth = 1;
        boolean quoted = false;
        for (int i = begin; i < source.length(); i++) {
            char c = source.charAt(i);
            if (c == '"' && source.charAt(i - 1) != '\\') {
                quoted = !quoted;
            }
            if (!quoted) {
                depth += c == '(' ? 1 : c == ')' ? -1 : 0;
                if (depth == 0 || c == ',' && depth == 1) {
                    arguments.add(argument.toString().strip());
                    argument.setLength(0);
                    if (depth == 0) {
                        return arguments;
                    }
                    continue;
                }
            }
            argument.append(c);
        }
        return arguments;
    }
}

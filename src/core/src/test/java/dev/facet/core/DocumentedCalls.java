package dev.facet.core;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The calls of {@code facet} that stand as code in the pages. */
public final class DocumentedCalls {
    private static final Pattern CALL = Pattern.compile("^(?:\\$ )?(?:[A-Z_]+=\\S* )*(?:\\./)?facet ([a-z].*)$");
    private static final Pattern SPAN = Pattern.compile("(`+)(?!`)(.+?)(?<!`)\\1(?!`)");
    private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--[a-zA-Z][\\w-]*");
    private static final Pattern END = Pattern.compile(" (?:\\||&&|#|>) ");

    private DocumentedCalls() {}

    /**
     * A call.
     *
     * @param where its page and line
     * @param words the words that follow {@code facet}, which begin with the command
     * @param options the names of its long options
     */
    public record Call(String where, List<String> words, List<String> options) {}

    /** All of them. */
    public static List<Call> all() throws IOException {
        Path root = SharedData.root();
        List<Call> calls = new ArrayList<>();
        for (Path page : pages(root)) {
            read(root.relativize(page).toString(), Files.readAllLines(page), calls);
        }
        return calls;
    }

    private static List<Path> pages(Path root) throws IOException {
        List<Path> pages = new ArrayList<>();
        for (Path folder : List.of(root, root.resolve("docs"), root.resolve("models"), root.resolve("src"))) {
            int depth = folder.equals(root) ? 1 : folder.endsWith("src") ? 2 : Integer.MAX_VALUE;
            try (Stream<Path> files = Files.walk(folder, depth)) {
                files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
            }
        }
        return pages;
    }

    private static void read(String page, List<String> lines, List<Call> calls) {
        boolean fenced = false;
        StringBuilder continued = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            String where = page + ":" + (i + 1);
            if (line.startsWith("```")) {
                fenced = !fenced;
            } else if (!fenced) {
                SPAN.matcher(line)
                        .results()
                        .forEach(span -> add(where, span.group(2).strip(), calls));
            } else if (line.endsWith("\\")) {
                continued.append(line, 0, line.length() - 1).append(' ');
            } else {
                add(where, continued + line, calls);
                continued.setLength(0);
            }
        }
    }

    private static void add(String where, String code, List<Call> calls) {
        Matcher call = CALL.matcher(END.split(code, 2)[0]);
        if (call.matches()) {
            List<String> options = OPTION.matcher(call.group(1))
                    .results()
                    .map(MatchResult::group)
                    .toList();
            calls.add(new Call(where, List.of(call.group(1).split("\\s+")), options));
        }
    }
}

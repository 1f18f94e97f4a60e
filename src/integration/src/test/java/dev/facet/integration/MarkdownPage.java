package dev.facet.integration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a page of Markdown refers to, and which anchors it has, as GitHub shows it. Read are inline links, images, link definitions and
 * HTML's {@code href} and {@code src}; code is left out.
 *
 * @param file the page
 * @param links targets as they are written, in order
 * @param anchors of the headings, and of {@code id} and {@code name} in HTML
 */
record MarkdownPage(Path file, List<String> links, Set<String> anchors) {
    private static final Pattern FENCE = Pattern.compile("\\s*(?:>\\s*)*(```+|~~~+).*");
    private static final Pattern CODE = Pattern.compile("(`+)(?!`).+?(?<!`)\\1(?!`)");
    private static final Pattern INLINE =
            Pattern.compile("\\]\\(\\s*<?([^()\\s<>]+(?:\\([^()\\s]*\\)[^()\\s]*)*)>?(?:\\s+\"[^\"]*\")?\\s*\\)");
    private static final Pattern DEFINITION = Pattern.compile("^ {0,3}\\[[^\\]^]+\\]:\\s+<?([^\\s>]+)>?");
    private static final Pattern HTML = Pattern.compile("\\b(?:href|src)=\"([^\"]+)\"");
    private static final Pattern HTML_ANCHOR = Pattern.compile("\\b(?:id|name)=\"([^\"]+)\"");
    private static final Pattern HEADING = Pattern.compile("^ {0,3}#{1,6}\\s+(.*?)\\s*#*$");
    private static final Pattern LINK_TEXT = Pattern.compile("!?\\[([^\\]]*)\\]\\([^)]*\\)");

    MarkdownPage {
        links = List.copyOf(links);
        anchors = Set.copyOf(anchors);
    }

    /** Reads a page. */
    static MarkdownPage read(Path file) throws IOException {
        List<String> links = new ArrayList<>();
        Set<String> anchors = new HashSet<>();
        String fence = null;
        for (String line : Files.readAllLines(file)) {
            Matcher mark = FENCE.matcher(line);
            if (mark.matches()) {
                fence = fence == null ? mark.group(1) : mark.group(1).startsWith(fence) ? null : fence;
                continue;
            }
            if (fence != null) {
                continue;
            }
            Matcher heading = HEADING.matcher(line);
            if (heading.matches()) {
                anchors.add(unused(slug(heading.group(1)), anchors));
            }
            String text = CODE.matcher(line).replaceAll("");
            for (Pattern pattern : List.of(INLINE, DEFINITION, HTML)) {
                groups(pattern, text).forEach(links::add);
            }
            groups(HTML_ANCHOR, text).forEach(anchors::add);
        }
        return new MarkdownPage(file, links, anchors);
    }

    private static List<String> groups(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
    }

    /** A heading's anchor: lower case, hyphens for spaces, without other punctuation. */
    private static String slug(String heading) {
        String text = LINK_TEXT.matcher(heading).replaceAll("$1");
        return text.toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{M}\\p{N}\\p{Pc} -]", "")
                .replace(' ', '-');
    }

    /** The second heading of one text gets -1 at its end, and so on. */
    private static String unused(String slug, Set<String> taken) {
        String anchor = slug;
        for (int number = 1; taken.contains(anchor); number++) {
            anchor = slug + "-" + number;
        }
        return anchor;
    }
}

package dev.facet.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the pages refer to within the repository is there: files, folders, images and headings. Nothing is fetched. */
class LinksTest {
    @TempDir
    private Path folder;

    @Test
    void everyLinkOfThePagesLeadsSomewhere() throws IOException {
        Path root = ServerUnderTest.ROOT.toAbsolutePath().normalize();
        List<Path> pages = pages(root);

        assertThat(pages).hasSizeGreaterThan(20);
        assertThat(broken(root, pages)).isEmpty();
    }

    @Test
    void namesWhatIsMissing() throws IOException {
        Path page = page("a.md", """
                # A page
                [there](b.md#two-words), [itself](#a-page), [again](b.md#two-words-1), ![image](c%20d.svg), [folder](.), [web](https://none.example)
                [gone](gone.md), [no heading](b.md#three), [not here](#two-words), ![no image](gone.svg), <img src="lost.png">
                [other]: lost.md
                `[code](code.md)`
                ```
                [code](code.md)
                ```
                """);
        page("b.md", "## Two words\n## `Two` words\n");
        page("c d.svg", "<svg/>");

        assertThat(broken(folder, List.of(page)))
                .containsExactlyInAnyOrder(
                        page + ": gone.md",
                        page + ": b.md#three",
                        page + ": #two-words",
                        page + ": gone.svg",
                        page + ": lost.png",
                        page + ": lost.md");
    }

    @Test
    void aLinkOutOfTheRepositoryIsBroken() throws IOException {
        Path root = Files.createDirectory(folder.resolve("repository"));
        Path page = page("repository/README.md", "[up](../elsewhere.md)\n");
        page("elsewhere.md", "");

        assertThat(broken(root, List.of(page))).containsExactly(page + ": ../elsewhere.md");
    }

    private Path page(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    /** The pages at the root, those of docs, and the first one of the models and of every module. */
    private static List<Path> pages(Path root) throws IOException {
        List<Path> pages = new ArrayList<>();
        pages.addAll(markdown(root, 1));
        pages.addAll(markdown(root.resolve("docs"), Integer.MAX_VALUE));
        pages.addAll(markdown(root.resolve("models"), Integer.MAX_VALUE));
        pages.addAll(markdown(root.resolve("src"), 2));
        return pages;
    }

    private static List<Path> markdown(Path folder, int depth) throws IOException {
        try (Stream<Path> files = Files.walk(folder, depth)) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }

    private static List<String> broken(Path root, List<Path> pages) throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path file : pages) {
            for (String link : MarkdownPage.read(file).links()) {
                if (!leadsSomewhere(root, file, link)) {
                    broken.add(file + ": " + link);
                }
            }
        }
        return broken;
    }

    private static boolean leadsSomewhere(Path root, Path file, String link) throws IOException {
        if (link.matches("[a-zA-Z][a-zA-Z0-9+.-]*:.*")) {
            return true;
        }
        String[] parts = link.split("#", 2);
        String path = URLDecoder.decode(parts[0].replace("+", "%2B"), StandardCharsets.UTF_8);
        Path target = path.isEmpty() ? file : file.resolveSibling(path).normalize();
        if (!target.startsWith(root) || !Files.exists(target)) {
            return false;
        }
        boolean heading = parts.length == 2 && target.toString().endsWith(".md");
        return !heading || MarkdownPage.read(target).anchors().contains(parts[1]);
    }
}

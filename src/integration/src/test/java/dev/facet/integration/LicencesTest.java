package dev.facet.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The list of versions and licences in the packaged server names what is there, and nothing else. */
class LicencesTest {
    private static final Path APPLICATION = ServerUnderTest.ROOT.resolve("src/server/target/quarkus-app");
    private static final Path LIST = APPLICATION.resolve("THIRD-PARTY.txt");

    /** {@code * Name (group:artifact:version - address)}; the version may be followed by a classifier. */
    private static final Pattern ENTRY =
            Pattern.compile("^ +\\* .*\\(([^():\\s]+):([^():\\s]+):([^()\\s]+) - .*\\)$", Pattern.MULTILINE);

    @Test
    void namesEveryLibraryThatShipsWithItsVersion() throws IOException {
        assumeThat(Files.isRegularFile(LIST))
                .as("the server is packaged with its list (mvn verify does it, the launcher leaves it out)")
                .isTrue();
        Set<String> listed = ENTRY.matcher(Files.readString(LIST))
                .results()
                .map((MatchResult entry) -> entry.group(1) + "." + entry.group(2) + "-" + entry.group(3))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(listed).hasSizeGreaterThan(100).isEqualTo(shipped());
    }

    @Test
    void knowsTheLicenceOfEach() throws IOException {
        assumeThat(Files.isRegularFile(LIST))
                .as("the server is packaged with its list (mvn verify does it, the launcher leaves it out)")
                .isTrue();
        Set<String> licences = Files.readString(LIST)
                .lines()
                .filter(line -> line.matches("    [^ *].*"))
                .flatMap(line -> Stream.of(line.strip().split(", ")))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(licences)
                .containsExactly(
                        "Apache-2.0",
                        "BSD-2-Clause",
                        "BSD-3-Clause",
                        "CC0-1.0",
                        "EDL-1.0 (BSD-3-Clause)",
                        "EPL-1.0",
                        "EPL-2.0",
                        "GPL-2.0-with-classpath-exception",
                        "MIT",
                        "MIT-0");
    }

    /** Quarkus names a jar {@code group.artifact-version.jar}. */
    private static Set<String> shipped() throws IOException {
        try (Stream<Path> files = Files.walk(APPLICATION.resolve("lib"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".jar") && !name.startsWith("dev.facet."))
                    .map(name -> name.substring(0, name.length() - ".jar".length()))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }
}

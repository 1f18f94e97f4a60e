package dev.facet.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.facet.cli.FacetMain;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** That every benchmark can be carried out; what it says needs rounds, a quiet machine, and a command. */
class BenchTest {
    private static final Path JAR = ServerUnderTest.ROOT.resolve("src/server/target/quarkus-app/quarkus-run.jar");

    @TempDir
    private Path folder;

    @BeforeAll
    static void theServerIsPackaged() {
        assumeThat(Files.isRegularFile(JAR))
                .as("the server is packaged (mvn verify does it)")
                .isTrue();
    }

    private static String bench(String... arguments) {
        List<String> all = new ArrayList<>(List.of("bench"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--quick", "--server-jar", JAR.toString()));
        all.addAll(List.of("--bank", model("bank"), "--pack", model("edges"), model("segmentation")));
        PrintStream before = System.out;
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        System.setOut(new PrintStream(written, true, StandardCharsets.UTF_8));
        try {
            assertThat(FacetMain.run(all.toArray(String[]::new))).isZero();
        } finally {
            System.setOut(before);
        }
        return written.toString(StandardCharsets.UTF_8);
    }

    private static String model(String name) {
        return ServerUnderTest.ROOT.resolve("models/" + name + ".safetensors").toString();
    }

    /** Each with what a row of each of its tables looks like. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "engine --sides 64 | edges@\\d+ . 16, layer3, 128 . 64×64 . factored . [\\d.]+ .*ms . [\\d.]+",
                "tasks --sides 64 | 64² . 2 . factored . [\\d.]+.* ms ; 64² . edges, then segmentation . factored . [\\d.]+.* ms",
                "server --sides 64 --warm-up 5 | segmentation . 64² . merged . [\\d.]+.* ms ; edges . 64² . [\\d.]+.* ms",
                "protocol --sides 64 --warm-up 5 | HTTP, bytes . 64² . [\\d.]+.* ms ; gRPC, raw contents . 64² . [\\d.]+.* ms",
                "concurrency --clients 1,2 --side 64 | 2 . Facet, merged . [\\d.]+ ; 2 . plain service . [\\d.]+ ; 2 . bare loop . [\\d.]+",
                "packs --counts 3 --cold 1 --side 64 | 3 . [\\d.]+ s . [\\d.]+ s ; factored . [\\d.]+.* ms",
                "plug --uploads 2 | factored . [\\d.]+.* ms ; factored . [1-9] . [1-9]\\d* . 0 ; 1 . [\\d.-]+ MB ; 5 . [\\d.]+ MB",
            })
    void aQuickRunHasARowWithFiguresInEachTable(String command, String rows) {
        String text = bench(command.strip().split(" "));
        assertThat(text)
                .contains("commit ", "quick: figures say nothing")
                .contains("Command: `./facet bench " + command.strip());
        for (String row : rows.split(";")) {
            // A dot stands for the bar between two cells.
            assertThat(text).containsPattern("(?m)^\\| " + row.strip());
        }
    }

    @Test
    void jsonIsForProgramsAndASummaryKeepsWhatPeopleWrote() throws Exception {
        Path page = folder.resolve("page.md");
        Files.writeString(page, "# Benchmarks\n\nBy people.\n");
        String json = bench("engine", "--sides", "64", "--json", "--summary", page.toString());
        assertThat(json).startsWith("[{").contains("\"benchmark\":\"engine\"", "\"plan\":\"merged\"", "\"median\":");
        assertThat(Files.readString(page))
                .startsWith("# Benchmarks\n\nBy people.\n")
                .contains("<!-- bench engine:", "| factored |", "<!-- end of bench engine -->");
    }
}

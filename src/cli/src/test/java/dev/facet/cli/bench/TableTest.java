package dev.facet.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.facet.core.json.StrictJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableTest {
    @TempDir
    private Path folder;

    private static Table table() {
        Table table = new Table("What was measured", "pack", "CPU", "bar");
        Spread spread = Spread.of(List.of(4.0, 1.0, 2.0, 3.0, 5.0));
        table.row(Cell.words("edges"), Cell.millis(spread), Cell.atMost(spread.median(), 2.5));
        table.note("Of %d rounds.", 5);
        return table;
    }

    private static BenchResult result(String benchmark, String machine) {
        return new BenchResult(
                benchmark, "A section", "./facet bench " + benchmark, machine, false, 7, List.of(table()));
    }

    @Test
    void quartilesAreInterpolatedAndRatiosAreThoseOfTheSameRound() {
        assertThat(Spread.of(List.of(4.0, 1.0, 2.0, 3.0))).isEqualTo(new Spread(1.75, 2.5, 3.25, 4));
        Spread ratios = Spread.ofRatios(List.of(1.0, 10.0, 300.0), List.of(2.0, 10.0, 100.0));
        assertThat(ratios.median()).isEqualTo(1, within(1e-12));
        assertThat(ratios.upper()).isEqualTo(2, within(1e-12));
        assertThatThrownBy(() -> Spread.of(List.of())).hasMessageContaining("nothing was measured");
    }

    @Test
    void peopleReadMarkdownAndProgramsReadNumbers() {
        assertThat(table().markdown()).isEqualTo("""
                        ### What was measured

                        | pack | CPU | bar |
                        | --- | --- | --- |
                        | edges | 3.0 (2.0–4.0) ms | ≤ 2.5: missed |

                        Of 5 rounds.
                        """);
        assertThat(StrictJson.write(result("engine", "a machine").json()))
                .contains(
                        "\"command\":\"./facet bench engine\"",
                        "\"median\":3.0",
                        "\"bar\":2.5",
                        "\"met\":false",
                        "\"pack\":\"edges\"");
    }

    @Test
    void aRowOfAnotherTableIsABug() {
        assertThatThrownBy(() -> table().row(Cell.none()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageEndingWith("(bug)");
    }

    @Test
    void aResultReplacesItsOwnSectionOfThePage() throws Exception {
        Path page = folder.resolve("benchmarks.md");
        Files.writeString(page, "# Benchmarks\n\nWritten by people.\n");
        BenchRun.write(page, List.of(result("engine", "an old machine"), result("plug", "an old machine")));
        BenchRun.write(page, List.of(result("engine", "a new machine")));
        assertThat(Files.readString(page))
                .startsWith("# Benchmarks\n\nWritten by people.\n")
                .containsOnlyOnce("a new machine")
                .containsOnlyOnce("an old machine");
    }

    @Test
    void sidesTakeTurnsAndAnotherOneBeginsEachRound() throws Exception {
        StringBuilder order = new StringBuilder();
        Rounds<Integer> rounds = Rounds.measure(1, 2, List.of(() -> add(order, 'a'), () -> add(order, 'b')));
        assertThat(order.toString()).isEqualTo("ba" + "ab" + "ba");
        assertThat(rounds.of(0)).containsExactly(3, 6);
        assertThat(rounds.of(1)).containsExactly(4, 5);
    }

    private static int add(StringBuilder order, char side) {
        return order.append(side).length();
    }
}

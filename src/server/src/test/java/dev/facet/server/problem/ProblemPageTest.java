package dev.facet.server.problem;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.core.PageTable;
import dev.facet.core.image.ImageException;
import dev.facet.core.image.ImageFault;
import dev.facet.core.pack.PackException;
import dev.facet.core.pack.PackFault;
import dev.facet.runtime.registry.PackConflictException.Conflict;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/api.md lists the codes that there are. */
class ProblemPageTest {
    @Test
    void listsEveryCodeAndNoOther() throws IOException {
        Set<String> listed = rows().stream()
                .flatMap(row -> PageTable.code(row.get(1)).stream())
                .collect(Collectors.toCollection(TreeSet::new));

        // CANCELLED is in the log alone: its client is gone.
        assertThat(listed)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(ProblemCode.values())
                        .filter(code -> code != ProblemCode.CANCELLED)
                        .map(Enum::name)
                        .toList());
    }

    @Test
    void listsFaultsUnderTheirStatus() throws IOException {
        List<Problem> problems = Stream.concat(
                        Arrays.stream(ImageFault.values()).map(fault -> Problems.of(new ImageException(fault, "a"))),
                        Arrays.stream(PackFault.values()).map(fault -> Problems.of(new PackException(fault, "a"))))
                .toList();

        for (Problem problem : problems) {
            assertThat(rows())
                    .as("%d %s", problem.status(), problem.code())
                    .anyMatch(row -> row.get(0).contains(String.valueOf(problem.status()))
                            && PageTable.code(row.get(1))
                                    .contains(problem.code().name()));
        }
    }

    @Test
    void everyFaultOfTheDomainHasACode() {
        Stream.of(ImageFault.values(), PackFault.values(), Conflict.values())
                .flatMap(Arrays::stream)
                .forEach(fault -> assertThat(ProblemCode.of(fault).name()).isEqualTo(fault.name()));
    }

    private static List<List<String>> rows() throws IOException {
        return PageTable.rows("api.md", "status", "code");
    }
}

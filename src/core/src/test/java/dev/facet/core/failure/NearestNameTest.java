package dev.facet.core.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class NearestNameTest {
    @Test
    void isTheNameThatDiffersLeast() {
        assertThat(NearestName.of("segmentaton", Stream.of("depth", "segmentations", "segmentation")))
                .contains("segmentation");
        assertThat(NearestName.of("EDGES", Stream.of("edges"))).contains("edges");
        assertThat(NearestName.of("ab", Stream.of("ad", "ac"))).contains("ac");
    }

    @Test
    void isNoneWhereAllDifferByMuch() {
        assertThat(NearestName.of("normals", Stream.of("saliency", "depth"))).isEmpty();
        assertThat(NearestName.of("x".repeat(101), Stream.of("x".repeat(101)))).isEmpty();
    }
}

package dev.facet.core.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReferenceTaskTest {
    @ParameterizedTest
    @CsvSource({
        "edge, edges, 1, edges",
        "sal, saliency, 1, saliency",
        "semseg, segmentation, 21, segmentation",
        "semseg, Segmentation, 41, segmentation",
        "semseg, semseg, 5, segmentation",
        "human_parts, human-parts, 7, human-parts",
        "normals, normals, 3, normals",
        "depth, depth, 1, depth"
    })
    void tasksHaveTwoNames(String reference, String ours, int outputs, String kind) {
        assertThat(ReferenceTask.of(ours)).isEqualTo(ReferenceTask.of(reference));
        TaskKind made = ReferenceTask.of(reference).kind(outputs);
        assertThat(made.id()).isEqualTo(kind);
        assertThat(made.outputs()).isEqualTo(outputs);
        assertThatThrownBy(() -> ReferenceTask.of(reference).kind(256)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void unknownTasksAreRefusedWithTheKnownOnes() {
        assertThatThrownBy(() -> ReferenceTask.of("flow"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("value='flow'")
                .hasMessageContaining("semseg, segmentation");
    }
}

package dev.facet.core.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.core.json.StrictJson;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TaskKindTest {
    private static final List<LabelClass> CLASSES =
            List.of(new LabelClass("sky", "#0102ff"), new LabelClass("road", "#80ff00"));

    @Test
    void isWrittenAsItsNameAndItsParametersAndReadAgain() {
        String classes =
                "\"classes\":[{\"name\":\"sky\",\"color\":\"#0102ff\"},{\"name\":\"road\",\"color\":\"#80ff00\"}]";
        Map<TaskKind, String> written = Map.of(
                new Segmentation(CLASSES), "{\"kind\":\"segmentation\",%s}".formatted(classes),
                new HumanParts(CLASSES), "{\"kind\":\"human-parts\",%s}".formatted(classes),
                new Depth("metre", 0.001), "{\"kind\":\"depth\",\"unit\":\"metre\",\"pngScale\":0.001}",
                new Normals("x right"), "{\"kind\":\"normals\",\"axes\":\"x right\"}",
                new Saliency(), "{\"kind\":\"saliency\"}",
                new Edges("boundaries"), "{\"kind\":\"edges\",\"counted\":\"boundaries\"}");
        assertThat(written.keySet()).extracting(TaskKind::id).containsExactlyInAnyOrderElementsOf(TaskKind.IDS);
        written.forEach((kind, json) -> {
            assertThat(StrictJson.write(kind)).isEqualTo(json);
            assertThat(StrictJson.read(json, TaskKind.class)).isEqualTo(kind);
        });
    }

    @Test
    void keepsItsKindWithOtherClasses() {
        List<LabelClass> others = List.of(new LabelClass("a", "#000000"), new LabelClass("b", "#ffffff"));
        assertThat(new HumanParts(CLASSES).withClasses(others)).isEqualTo(new HumanParts(others));
        assertThat(new Segmentation(CLASSES).withClasses(others).classNames()).containsExactly("a", "b");
    }
}

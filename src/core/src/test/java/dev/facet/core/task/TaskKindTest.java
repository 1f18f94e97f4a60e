package dev.facet.core.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.core.json.StrictJson;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskKindTest {
    private static final List<LabelClass> CLASSES =
            List.of(new LabelClass("sky", "#0102ff"), new LabelClass("road", "#80ff00"));

    @Test
    void isWrittenAsItsNameAndItsParametersAndReadAgain() {
        String classes =
                "\"classes\":[{\"name\":\"sky\",\"color\":\"#0102ff\"},{\"name\":\"road\",\"color\":\"#80ff00\"}]";
        Map<TaskKind, String> written = Map.of(
                new Segmentation(CLASSES),
                "{\"kind\":\"segmentation\",%s}".formatted(classes),
                new HumanParts(CLASSES),
                "{\"kind\":\"human-parts\",%s}".formatted(classes),
                new Depth("metre", 0.001),
                "{\"kind\":\"depth\",\"unit\":\"metre\",\"pngScale\":0.001}",
                Depth.INVERSE,
                "{\"kind\":\"depth\",\"quantity\":\"inverse-depth\"}",
                new Normals("x right"),
                "{\"kind\":\"normals\",\"axes\":\"x right\"}",
                new Saliency(),
                "{\"kind\":\"saliency\"}",
                new Edges("boundaries"),
                "{\"kind\":\"edges\",\"counted\":\"boundaries\"}");
        assertThat(written.keySet()).extracting(TaskKind::id).containsAll(TaskKind.IDS);
        written.forEach((kind, json) -> {
            assertThat(StrictJson.write(kind)).isEqualTo(json);
            assertThat(StrictJson.read(json, TaskKind.class)).isEqualTo(kind);
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"quantity\":\"distance\",\"unit\":\"metre\",\"pngScale\":0.001|expected inverse-depth, or none for a distance",
                "\"quantity\":\"disparity\"|value='disparity', expected inverse-depth",
                "\"quantity\":null|property 'quantity' is missing or null",
                "\"quantity\":\"inverse-depth\",\"unit\":\"metre\"|with a unit or a scale",
                "\"quantity\":\"inverse-depth\",\"pngScale\":0.001|with a unit or a scale",
                "\"unit\":\"metre\"|distance without pngScale",
                "\"pngScale\":0.001|distance without unit",
                "\"unit\":\"metre\",\"pngScale\":0.001,\"size\":1|unknown property 'size'"
            })
    void refusesDepthThatSaysNeitherQuantityWhole(String parameters, String reason) {
        assertThatThrownBy(() -> StrictJson.read("{\"kind\":\"depth\",%s}".formatted(parameters), TaskKind.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void keepsItsKindWithOtherClasses() {
        List<LabelClass> others = List.of(new LabelClass("a", "#000000"), new LabelClass("b", "#ffffff"));
        assertThat(new HumanParts(CLASSES).withClasses(others)).isEqualTo(new HumanParts(others));
        assertThat(new Segmentation(CLASSES).withClasses(others).classNames()).containsExactly("a", "b");
    }
}

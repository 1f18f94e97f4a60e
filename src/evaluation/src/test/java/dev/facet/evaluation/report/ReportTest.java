package dev.facet.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTest {
    @Test
    void writesJsonAndATable() {
        Map<String, Double> scores = new LinkedHashMap<>();
        scores.put("odsF", 0.7123456);
        scores.put("AP", 0.5);
        Evaluation evaluation = new Evaluation("edges@1", "ab", "edges", "bsds500", "test", 100, scores, Map.of());

        assertThat(evaluation.json())
                .isEqualTo("{\"pack\":\"edges@1\",\"digest\":\"ab\",\"task\":\"edges\",\"dataset\":\"bsds500\","
                        + "\"split\":\"test\",\"images\":100,\"scores\":{\"odsF\":0.7123456,\"AP\":0.5}}");
        assertThat(evaluation.markdown().lines())
                .contains("edges@1 (edges) on bsds500, test, 100 images", "| odsF   |     0.7123 |");
    }

    @Test
    void gainIsTheMeanOfRelativeChangesInPerCent() {
        double gain = MultiTaskGain.percent(List.of(
                new MultiTaskGain.Task(66, 60, false),
                new MultiTaskGain.Task(15, 20, true),
                new MultiTaskGain.Task(45, 50, false)));
        assertThat(gain).isCloseTo((10 + 25 - 10) / 3.0, within(1e-12));
        assertThatThrownBy(() -> new MultiTaskGain.Task(1, 0, false)).isInstanceOf(IllegalArgumentException.class);
    }
}

package dev.facet.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.facet.core.task.Depth;
import dev.facet.core.task.Prediction;
import dev.facet.evaluation.dataset.DatasetException;
import dev.facet.evaluation.dataset.Label;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InverseDepthScorerTest {
    private static Prediction.DepthMap predicted(float... values) {
        return new Prediction.DepthMap(1, values.length, values, Depth.INVERSE);
    }

    private static Label.InverseDepthMap inverse(float... values) {
        return new Label.InverseDepthMap(1, values.length, values);
    }

    private static Map<String, Double> scores(Prediction prediction, Label label) {
        Scorer scorer = Scorer.of(Depth.INVERSE);
        scorer.add("a", prediction, label);
        return scorer.scores();
    }

    /** x = 0, 1, 2, 3 and y = 0, 3, 2, 5: slope 1.4, intercept 0.4; |residuals| 0.4, 1.2, 1.2, 0.4; range 5. */
    @Test
    void isTheErrorAfterTheBestScaleAndShift() {
        Map<String, Double> scores = scores(predicted(0, 1, 2, 3), inverse(0, 3, 2, 5));
        assertThat(scores.get("l1_range")).isCloseTo(0.8 / 5, within(1e-9));
        // Ranks 0, 1, 2, 3 and 0, 2, 1, 3: 1 − 6·2/(4·15).
        assertThat(scores.get("spearman")).isCloseTo(0.8, within(1e-12));
        assertThat(scores).containsOnlyKeys("l1_range", "spearman");
    }

    @Test
    void scaleAndShiftOfAPredictionDontMatterButItsDirectionDoes() {
        Random random = new Random(4);
        float[] values = new float[500];
        float[] moved = new float[500];
        float[] turned = new float[500];
        float[] truth = new float[500];
        for (int i = 0; i < 500; i++) {
            truth[i] = random.nextFloat();
            values[i] = truth[i] + 0.1f * (float) random.nextGaussian();
            moved[i] = 40 * values[i] - 7;
            turned[i] = -values[i];
        }
        Map<String, Double> scores = scores(predicted(values), inverse(truth));
        scores(predicted(moved), inverse(truth))
                .forEach((metric, value) -> assertThat(value).as(metric).isCloseTo(scores.get(metric), within(1e-5)));
        Map<String, Double> wrong = scores(predicted(turned), inverse(truth));
        assertThat(wrong.get("spearman")).isCloseTo(-scores.get("spearman"), within(1e-9));
        // No better than one value everywhere.
        assertThat(wrong.get("l1_range"))
                .isEqualTo(scores(predicted(new float[500]), inverse(truth)).get("l1_range"));
    }

    /** Distances 1, 2, 4 have the inverses 1, 0.5, 0.25; the prediction is 3 times these, and 5. */
    @Test
    void distancesOfSensorsAreComparedAsDistancesToo() {
        Label.DepthMap sensor = new Label.DepthMap(1, 4, new float[] {1, 2, 4, 0});
        Map<String, Double> exact = scores(predicted(8, 6.5f, 5.75f, -1000), sensor);
        assertThat(exact.get("l1_range")).isCloseTo(0, within(1e-6));
        assertThat(exact.get("spearman")).isCloseTo(1, within(1e-12));
        assertThat(exact.get("abs_rel")).isCloseTo(0, within(1e-6));
        assertThat(exact.get("delta1")).isEqualTo(1);
        assertThat(exact.keySet()).containsExactly("l1_range", "spearman", "abs_rel", "delta1");
    }

    /** A line through (0, 1/4), (1, 1/2), (0, 1): slope −1/8 is no slope, so 7/12 everywhere, and 12/7 m. */
    @Test
    void relativeErrorsAreOfTheImagesPixels() {
        Label.DepthMap sensor = new Label.DepthMap(1, 3, new float[] {4, 2, 1});
        Map<String, Double> scores = scores(predicted(0, 1, 0), sensor);
        double metres = 12 / 7.0;
        assertThat(scores.get("abs_rel"))
                .isCloseTo(((4 - metres) / 4 + (2 - metres) / 2 + (metres - 1)) / 3, within(1e-6));
        assertThat(scores.get("delta1")).isCloseTo(1 / 3.0, within(1e-12));
    }

    /** Aligned, the farthest pixel is beyond infinity: it counts as far as the sensor sees here. */
    @Test
    void whatAlignsToNoDistanceIsAsFarAsTheLabelGoes() {
        float[] metres = {1, 1, 1, 1, 10, 10};
        Map<String, Double> scores = scores(predicted(3, 3, 3, 3, 2, -1), new Label.DepthMap(1, 6, metres));
        Alignment alignment = Alignment.of(new float[] {3, 3, 3, 3, 2, -1}, Alignment.inverse(metres));
        assertThat(alignment.of(-1)).isNegative();
        double near = 1 / alignment.of(3);
        double between = 1 / alignment.of(2);
        assertThat(scores.get("abs_rel")).isCloseTo((4 * Math.abs(near - 1) + (10 - between) / 10) / 6, within(1e-6));
    }

    @Test
    void scoresAreMeansOverImagesWhateverTheirLabels() {
        Scorer scorer = Scorer.of(Depth.INVERSE);
        scorer.add("b", predicted(0, 1, 2, 3), inverse(0, 3, 2, 5));
        scorer.add("a", predicted(1, 0.5f, 0.25f), new Label.DepthMap(1, 3, new float[] {1, 2, 4}));
        scorer.add("c", predicted(1, 2), inverse(5, 5));
        scorer.add("d", predicted(1, 2), inverse(Float.NaN, Float.NaN));
        assertThat(scorer.scores().get("l1_range")).isCloseTo(0.08, within(1e-7));
        assertThat(scorer.scores().get("delta1")).isEqualTo(1);
        assertThat(scorer.remarks())
                .containsExactly(
                        "depth: 2 of 11 pixels have no label, left out",
                        "depth: 2 images have a label without a range, left out");
    }

    @Test
    void unknownPixelsDontCountAndSmallerLabelsAreBroughtToThePrediction() {
        Map<String, Double> alone = scores(predicted(0, 1, 2, 3), inverse(0, 3, 2, 5));
        assertThat(scores(predicted(0, 99, 1, 2, 3), inverse(0, Float.NaN, 3, 2, 5)))
                .isEqualTo(alone);
        // Bilinear with half-pixel centres: 0, 0.25, 0.75, 1.
        assertThat(scores(predicted(0, 1, 3, 4), inverse(0, 1)).get("l1_range")).isCloseTo(0, within(1e-7));
    }

    @Test
    void oneQuantityIsNeverScoredAsTheOther() {
        Depth metres = new Depth("metre", 0.001);
        Prediction.DepthMap distance = new Prediction.DepthMap(1, 2, new float[] {1, 2}, metres);
        assertThatThrownBy(() -> Scorer.of(metres).add("a", distance, inverse(0, 1)))
                .isInstanceOf(DatasetException.class)
                .hasMessage("another kind: value=inverse depth map, expected=depth map [image=a]");
        assertThatThrownBy(() -> Scorer.of(Depth.INVERSE).add("a", distance, inverse(0, 1)))
                .isInstanceOf(DatasetException.class)
                .hasMessage("another quantity: prediction=distance, expected=inverse-depth [image=a]");
        assertThatThrownBy(() -> Scorer.of(metres).add("a", predicted(1, 2), new Label.DepthMap(1, 2, new float[2])))
                .isInstanceOf(DatasetException.class)
                .hasMessage("another quantity: prediction=inverse-depth, expected=distance [image=a]");
        assertThatThrownBy(() -> Scorer.of(Depth.INVERSE).add("a", predicted(1, Float.NaN), inverse(0, 1)))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("prediction isn't finite: value=NaN, pixel=1");
    }

    @Test
    void tiesShareTheirRanks() {
        // Ranks 0, 1.5, 1.5, 3 and 0, 1, 2, 3: 4.5/√(4.5·5).
        assertThat(RankCorrelation.of(new float[] {-1, 0f, -0f, 2}, new float[] {-4, -3, 1, 9}))
                .isCloseTo(4.5 / Math.sqrt(22.5), within(1e-12));
        assertThat(RankCorrelation.of(new float[] {1, 1}, new float[] {1, 2})).isZero();
    }
}

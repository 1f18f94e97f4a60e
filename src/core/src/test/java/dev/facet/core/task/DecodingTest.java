package dev.facet.core.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.facet.core.image.Frame;
import dev.facet.core.image.InputPolicy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecodingTest {
    private static final Depth DEPTH = new Depth("metre", 0.001);

    @Test
    void interpolatesLikeTheReferenceBetweenHalfPixelCenters() {
        // PyTorch: interpolate([[0, 1], [2, 3]], size=4, mode='bilinear', align_corners=False).
        float[] values = DEPTH.forward(new NetworkOutput(1, 2, 2, new float[] {0, 1, 2, 3}), 4, 4);
        assertThat(values)
                .containsExactly(
                        0f, 0.25f, 0.75f, 1f, 0.5f, 0.75f, 1.25f, 1.5f, 1.5f, 1.75f, 2.25f, 2.5f, 2f, 2.25f, 2.75f, 3f);
    }

    @Test
    void scalesMapsOfOddSizesByTheirOwnSize() {
        // PyTorch: interpolate([[0, 10]], size=(1, 5)): sources -0.3, 0.1, 0.5, 0.9, 1.3.
        float[] values = DEPTH.forward(new NetworkOutput(1, 1, 2, new float[] {0, 10}), 1, 5);
        assertThat(values).containsExactly(new float[] {0, 1, 5, 9, 10}, within(1e-5f));
    }

    @ParameterizedTest
    @CsvSource({"321,481,512", "480,640,96", "33,17,64", "1,200,64", "100,100,100"})
    void cutsThePaddingOffBeforeItResizes(int imageHeight, int imageWidth, int size) {
        Frame frame = new InputPolicy(size, true, 16).frame(imageHeight, imageWidth);
        NetworkOutput output = random(1, frame);

        float[] values = ((Prediction.DepthMap) DEPTH.decode(output, frame)).values();

        for (int i = 0; i < values.length; i += 7) {
            double expected = defined(output, 0, frame, i / imageWidth, i % imageWidth);
            assertThat((double) values[i]).as("pixel %d", i).isCloseTo(expected, within(1e-4));
        }
    }

    @Test
    void neverReadsWhatIsPadding() {
        // 20 of 32 columns are image: five of eight cells; 17 of 32 rows: four and a quarter, five with the covered
        // one.
        Frame frame = new Frame(17, 20, 17, 20, 32, 32);
        float[] map = new float[64];
        for (int i = 0; i < 64; i++) {
            map[i] = i / 8 < 5 && i % 8 < 5 ? 1 : Float.NaN;
        }
        assertThat(((Prediction.DepthMap) DEPTH.decode(new NetworkOutput(1, 8, 8, map), frame)).values())
                .containsOnly(1);
    }

    @ParameterizedTest
    @CsvSource({"2", "21", "255"})
    void theHighestLogitAtTheImagesSizeIsThePixelsClass(int classes) {
        Frame frame = new InputPolicy(64, true, 16).frame(75, 50);
        NetworkOutput output = random(classes, frame);
        byte[] ids = ((Prediction.LabelMap) new Segmentation(classes(classes)).decode(output, frame)).ids();
        OutputPlanes planes = new OutputPlanes(output, frame);
        float[][] logits = IntStream.range(0, classes)
                .mapToObj(id -> planes.rows(id, 0, frame.imageHeight()))
                .toArray(float[][]::new);
        for (int pixel = 0; pixel < ids.length; pixel++) {
            int best = 0;
            for (int id = 1; id < classes; id++) {
                best = logits[id][pixel] > logits[best][pixel] ? id : best;
            }
            assertThat(ids[pixel] & 0xFF).as("pixel %d", pixel).isEqualTo(best);
        }
    }

    @ParameterizedTest
    @CsvSource({"2,0.6,1", "21,0.5,3", "21,0.99,6", "21,0.2,1", "255,0.3,3", "3,1,40"})
    void pixelsWhoseBestClassIsLessLikelyAreUnknown(int classes, double least, float scale) {
        Frame frame = new InputPolicy(64, true, 16).frame(75, 50);
        NetworkOutput output = random(classes, frame);
        for (int i = 0; i < output.values().length; i++) {
            output.values()[i] *= scale;
        }
        TaskKind kind = new HumanParts(classes(classes));
        byte[] known = ((Prediction.LabelMap) kind.decode(output, frame)).ids();
        byte[] ids = ((Prediction.LabelMap) kind.rows(output, frame, least).band(0, 75)).ids();
        OutputPlanes planes = new OutputPlanes(output, frame);
        float[][] logits = IntStream.range(0, classes)
                .mapToObj(id -> planes.rows(id, 0, frame.imageHeight()))
                .toArray(float[][]::new);
        int unknown = 0;
        int doubtful = 0;
        for (int pixel = 0; pixel < ids.length; pixel++) {
            double sum = 0;
            for (int id = 0; id < classes; id++) {
                sum += Math.exp(logits[id][pixel] - (double) logits[known[pixel] & 0xFF][pixel]);
            }
            unknown += (ids[pixel] & 0xFF) == ClassKind.UNKNOWN ? 1 : 0;
            if (Math.abs(1 / sum - least) < 1e-5) {
                doubtful++;
            } else {
                int expected = 1 / sum < least ? ClassKind.UNKNOWN : known[pixel] & 0xFF;
                assertThat(ids[pixel] & 0xFF)
                        .as("pixel %d, p=%s", pixel, 1 / sum)
                        .isEqualTo(expected);
            }
        }
        assertThat(unknown).isBetween(1, ids.length - 1);
        // At 1 a class is certain within fp32 alone.
        assertThat(doubtful).isLessThan(least == 1 ? ids.length : 10);
        assertThat(((Prediction.LabelMap) kind.rows(output, frame, 0).band(0, 75)).ids())
                .isEqualTo(known);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 74, 75})
    void bandsAreTheWholeAnswerCutAcross(int step) {
        Frame frame = new InputPolicy(64, true, 16).frame(75, 50);
        List<TaskKind> kinds = List.of(
                new Segmentation(classes(21)), DEPTH, new Normals("x right"), new Saliency(), new Edges("boundaries"));
        for (TaskKind kind : kinds) {
            NetworkOutput output = random(kind.outputs(), frame);
            PredictionRows rows = kind.rows(output, frame);
            float[] whole = values(kind.decode(output, frame));
            for (int first = 0; first < 75; first += step) {
                Prediction band = rows.band(first, Math.min(step, 75 - first));
                float[] values = values(band);
                int rowLength = whole.length / 75;
                assertThat(values).hasSize(band.height() * rowLength);
                assertThat(values)
                        .as("%s from row %d", kind.id(), first)
                        .isEqualTo(Arrays.copyOfRange(whole, first * rowLength, (first + band.height()) * rowLength));
            }
        }
    }

    private static float[] values(Prediction prediction) {
        if (prediction instanceof Prediction.LabelMap map) {
            float[] ids = new float[map.ids().length];
            for (int i = 0; i < ids.length; i++) {
                ids[i] = map.ids()[i];
            }
            return ids;
        }
        if (prediction instanceof Prediction.DepthMap map) {
            return map.values();
        }
        return prediction instanceof Prediction.NormalMap map
                ? map.values()
                : ((Prediction.ProbabilityMap) prediction).values();
    }

    @Test
    void theLowestClassWinsATie() {
        NetworkOutput output = new NetworkOutput(3, 1, 2, new float[] {1, 0, 2, 2, 2, 2});
        assertThat(((Prediction.LabelMap) new HumanParts(classes(3)).decode(output, new Frame(1, 2, 4, 8, 4, 8))).ids())
                .containsExactly(1, 1);
    }

    @Test
    void logitsOfEdgesAndSaliencyBecomeProbabilities() {
        NetworkOutput output = new NetworkOutput(1, 1, 3, new float[] {0, 1000, -1000});
        Frame frame = new Frame(1, 3, 4, 12, 4, 12);
        for (TaskKind kind : List.of(new Saliency(), new Edges("boundaries"))) {
            assertThat(((Prediction.ProbabilityMap) kind.decode(output, frame)).values())
                    .containsExactly(0.5f, 1f, 0f);
            assertThat(kind.forward(output, 1, 3)).containsExactly(0f, 1000f, -1000f);
        }
    }

    @Test
    void normalsHaveUnitLengthAndZeroStaysZero() {
        NetworkOutput output = new NetworkOutput(3, 1, 2, new float[] {3, 0, 0, 0, 4, 0});
        Normals normals = new Normals("x right, y down, z forward");
        assertThat(normals.forward(output, 1, 2)).containsExactly(0.6f, 0, 0, 0, 0.8f, 0);
        assertThat(((Prediction.NormalMap) normals.decode(output, new Frame(1, 2, 4, 8, 4, 8))).values())
                .containsExactly(0.6f, 0, 0.8f, 0, 0, 0);
    }

    @Test
    void refusesParametersThatMakeNoSense() {
        assertThatThrownBy(() -> new Segmentation(classes(1))).hasMessageContaining("count=1");
        assertThatThrownBy(() -> new HumanParts(classes(256))).hasMessageContaining("count=256");
        assertThatThrownBy(() -> new Depth("metre", 0)).hasMessageContaining("0.0");
        assertThatThrownBy(() -> new Depth("metre", Double.NaN)).hasMessageContaining("NaN");
        assertThatThrownBy(() -> new Depth("", 0.001)).hasMessageContaining("unit");
        assertThatThrownBy(() -> new Normals(" ")).hasMessageContaining("axes");
        assertThatThrownBy(() -> new Edges("")).hasMessageContaining("edges");
        assertThatThrownBy(() -> new LabelClass("cat", "#12345G")).hasMessageContaining("#12345G");
    }

    /** Of the design: image to frame to map, clamped to what the content covers. */
    private static double defined(NetworkOutput output, int channel, Frame frame, int y, int x) {
        double strideY = (double) output.height() / frame.paddedHeight();
        double strideX = (double) output.width() / frame.paddedWidth();
        double row = (y + 0.5) * frame.height() / frame.imageHeight() * strideY - 0.5;
        double column = (x + 0.5) * frame.width() / frame.imageWidth() * strideX - 0.5;
        int lastRow = (int) Math.ceil(frame.height() * strideY) - 1;
        int lastColumn = (int) Math.ceil(frame.width() * strideX) - 1;
        double sum = 0;
        for (int i = 0; i <= lastRow; i++) {
            double weight = Math.max(0, 1 - Math.abs(Math.min(Math.max(row, 0), lastRow) - i));
            for (int j = 0; j <= lastColumn && weight > 0; j++) {
                sum += weight
                        * Math.max(0, 1 - Math.abs(Math.min(Math.max(column, 0), lastColumn) - j))
                        * output.values()[(channel * output.height() + i) * output.width() + j];
            }
        }
        return sum;
    }

    private static NetworkOutput random(int channels, Frame frame) {
        int height = frame.paddedHeight() / 4;
        int width = frame.paddedWidth() / 4;
        Random random = new Random(11);
        float[] values = new float[channels * height * width];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return new NetworkOutput(channels, height, width, values);
    }

    private static List<LabelClass> classes(int count) {
        return new ArrayList<>(IntStream.range(0, count)
                .mapToObj(i -> new LabelClass("class " + i, "#%06x".formatted(i * 1000)))
                .toList());
    }
}

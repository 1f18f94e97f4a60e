package dev.facet.trainer.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.facet.core.image.Normalization;
import dev.facet.core.image.Raster;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AugmentationTest {
    private static final int HEIGHT = 13;
    private static final int WIDTH = 17;
    private static final List<String> KINDS = List.of("segmentation", "depth", "normals");
    private static final float[] MEAN = {0.485f, 0.456f, 0.406f};
    private static final float[] STD = {0.229f, 0.224f, 0.225f};
    private static final float[] FILL = {123, 116, 103};

    @ParameterizedTest(name = "scale {0}, crop {1}×{2}, flip {3}")
    @CsvSource({
        "0.5, 8, 8, 0",
        "0.5, 5, 20, 1",
        "0.75, 8, 9, 1",
        "1, 13, 17, 0",
        "1, 13, 17, 1",
        "1, 20, 22, 1",
        "1.25, 10, 30, 0",
        "1.5, 12, 12, 1",
        "1.75, 22, 22, 0",
        "2, 26, 34, 1",
        "2, 11, 12, 0"
    })
    void oneViewIsTheStepsOneAfterAnother(double scale, int height, int width, int flip) {
        LabelledImage image = image(false);
        AugmentationSettings settings = new AugmentationSettings(List.of(scale), false, height, width, flip, 0, 0, 0);
        Batch batch = view(image, settings, 5);

        // The same draws: scale, top, left, flip.
        SplittableRandom random = new SplittableRandom(5);
        random.nextInt(1);
        int scaledHeight = (int) (HEIGHT * scale);
        int scaledWidth = (int) (WIDTH * scale);
        int top = scaledHeight > height ? random.nextInt(scaledHeight - height + 1) : 0;
        if (scaledHeight == height) {
            random.nextInt(1);
        }
        int left = scaledWidth > width ? random.nextInt(scaledWidth - width + 1) : 0;
        Steps steps = new Steps(scaledHeight, scaledWidth, top, left, height, width, flip == 1);

        float[] rgb = new float[HEIGHT * WIDTH * 3];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = image.image().rgb()[i] & 0xFF;
        }
        for (int channel = 0; channel < 3; channel++) {
            float[][] scaled =
                    StepByStep.bilinear(StepByStep.plane(rgb, 3, channel, HEIGHT, WIDTH), scaledHeight, scaledWidth);
            float[] expected = steps.rest(scaled, FILL[channel]);
            for (int i = 0; i < expected.length; i++) {
                float actual = batch.images()[channel * expected.length + i];
                // A value within rounding of a whole number may be cut to either.
                float low = normalised((float) Math.floor(expected[i] - 1e-4), channel);
                float high = normalised((float) Math.floor(expected[i] + 1e-4), channel);
                assertThat(actual).isBetween(low - 1e-6f, high + 1e-6f);
            }
            float[] normals = steps.rest(
                    StepByStep.bilinear(
                            StepByStep.plane(image.plane("normals").toFloats(), 3, channel, HEIGHT, WIDTH),
                            scaledHeight,
                            scaledWidth),
                    0);
            float sign = channel == 0 && flip == 1 ? -1 : 1;
            for (int i = 0; i < normals.length; i++) {
                assertThat(batch.labels("normals")[channel * normals.length + i])
                        .isCloseTo(sign * normals[i], within(1e-5f));
            }
        }
        float[] ids = steps.rest(
                StepByStep.nearest(
                        StepByStep.plane(image.plane("segmentation").toFloats(), 1, 0, HEIGHT, WIDTH),
                        scaledHeight,
                        scaledWidth),
                255);
        assertThat(batch.labels("segmentation")).isEqualTo(ids);
        float[] depth = steps.rest(
                StepByStep.bilinear(
                        StepByStep.plane(image.plane("depth").toFloats(), 1, 0, HEIGHT, WIDTH),
                        scaledHeight,
                        scaledWidth),
                0);
        for (int i = 0; i < depth.length; i++) {
            assertThat(batch.labels("depth")[i]).isCloseTo((float) (depth[i] / scale), within(1e-5f));
        }
    }

    @Test
    void scaleOneChangesNothing() {
        LabelledImage image = image(false);
        Batch batch = view(image, new AugmentationSettings(List.of(1.0), false, HEIGHT, WIDTH, 0, 0, 0, 0), 1);
        assertThat(batch.labels("depth")).isEqualTo(image.plane("depth").toFloats());
        for (int i = 0; i < HEIGHT * WIDTH; i++) {
            assertThat(batch.images()[i]).isEqualTo(normalised(image.image().rgb()[i * 3] & 0xFF, 0));
        }
    }

    @Test
    void holesStayHolesWhereTheDataSetHasSome() {
        LabelledImage bleeding = image(false);
        LabelledImage holes = image(true);
        AugmentationSettings doubled = new AugmentationSettings(List.of(2.0), false, 26, 34, 0, 0, 0, 0);
        float[] blurred = view(bleeding, doubled, 1).labels("depth");
        float[] kept = view(holes, doubled, 1).labels("depth");
        TreeSet<Float> known = new TreeSet<>();
        for (float value : holes.plane("depth").toFloats()) {
            known.add(value / 2);
        }
        float smallest = known.higher(0f);
        assertThat(known.first()).isZero();
        int zeros = 0;
        boolean bled = false;
        for (int i = 0; i < kept.length; i++) {
            // Nothing between 0 and the smallest distance: no zero was mixed in.
            assertThat(kept[i] == 0 || kept[i] >= smallest).isTrue();
            zeros += kept[i] == 0 ? 1 : 0;
            bled |= blurred[i] > 0 && blurred[i] < smallest;
        }
        assertThat(bled).isTrue();
        // Each of the image's holes became four pixels.
        int before = 0;
        for (float value : holes.plane("depth").toFloats()) {
            before += value == 0 ? 1 : 0;
        }
        assertThat(zeros).isEqualTo(4 * before);
    }

    @Test
    void everyPlaceOfTheCropIsDrawnBothEndsIncluded() {
        AugmentationSettings settings = new AugmentationSettings(List.of(1.0), false, 10, 15, 0, 0, 0, 0);
        TreeSet<Integer> tops = new TreeSet<>();
        TreeSet<Integer> lefts = new TreeSet<>();
        for (int seed = 0; seed < 200; seed++) {
            View view = View.draw(HEIGHT, WIDTH, settings, new SplittableRandom(seed));
            tops.add(view.rows().nearest()[0]);
            lefts.add(view.columns().nearest()[0]);
        }
        assertThat(tops).containsExactly(0, 1, 2, 3);
        assertThat(lefts).containsExactly(0, 1, 2);
    }

    @Test
    void scalesAreDrawnFromTheStepsOrFromTheWholeRange() {
        AugmentationSettings steps = new AugmentationSettings(List.of(0.5, 0.75, 1.0), false, 4, 4, 0, 0, 0, 0);
        AugmentationSettings range = new AugmentationSettings(List.of(0.5, 2.0), true, 4, 4, 0, 0, 0, 0);
        TreeSet<Float> drawn = new TreeSet<>();
        TreeSet<Float> continuous = new TreeSet<>();
        for (int seed = 0; seed < 200; seed++) {
            drawn.add(
                    View.draw(HEIGHT, WIDTH, steps, new SplittableRandom(seed)).scale());
            continuous.add(
                    View.draw(HEIGHT, WIDTH, range, new SplittableRandom(seed)).scale());
        }
        assertThat(drawn).containsExactly(0.5f, 0.75f, 1f);
        assertThat(continuous).hasSizeGreaterThan(190);
        assertThat(continuous.first()).isBetween(0.5f, 0.55f);
        assertThat(continuous.last()).isBetween(1.9f, 2f);
    }

    @Test
    void colourComesAfterTheTruncationAndOnlyWhenAsked() {
        LabelledImage image = image(false);
        Batch plain = view(image, new AugmentationSettings(List.of(1.5), false, 8, 8, 0, 0, 0, 0), 3);
        Batch coloured = view(image, new AugmentationSettings(List.of(1.5), false, 8, 8, 0, 0.4, 0, 0), 3);
        List<Float> factors = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            float before = plain.images()[i] * STD[0] + MEAN[0];
            float after = coloured.images()[i] * STD[0] + MEAN[0];
            assertThat(Math.abs(before * 255 - Math.round(before * 255))).isLessThan(1e-3f);
            if (before > 0.1 && after < 0.99) {
                factors.add(after / before);
            }
        }
        assertThat(factors).hasSizeGreaterThan(10);
        assertThat(factors).allSatisfy(factor -> assertThat(factor).isCloseTo(factors.get(0), within(1e-3f)));
        assertThat(coloured.labels("segmentation")).isEqualTo(plain.labels("segmentation"));
    }

    private record Steps(int scaledHeight, int scaledWidth, int top, int left, int height, int width, boolean flipped) {
        float[] rest(float[][] scaled, float fill) {
            float[][] cropped = StepByStep.crop(StepByStep.pad(scaled, height, width, fill), top, left, height, width);
            float[][] last = flipped ? StepByStep.flip(cropped) : cropped;
            float[] values = new float[height * width];
            for (int i = 0; i < values.length; i++) {
                values[i] = last[i / width][i % width];
            }
            return values;
        }
    }

    private static float normalised(float value, int channel) {
        return (value / 255f - MEAN[channel]) / STD[channel];
    }

    private static Batch view(LabelledImage image, AugmentationSettings settings, long seed) {
        int area = settings.cropHeight() * settings.cropWidth();
        Map<String, float[]> labels = new LinkedHashMap<>();
        KINDS.forEach(kind -> labels.put(kind, new float[Labels.channels(kind) * area]));
        Batch batch = new Batch(
                List.of(image.id()), settings.cropHeight(), settings.cropWidth(), new float[3 * area], labels);
        new Augmentation(settings, Normalization.IMAGENET).apply(image, new SplittableRandom(seed), batch, 0);
        return batch;
    }

    private static LabelledImage image(boolean holes) {
        Random random = new Random(9);
        byte[] rgb = new byte[HEIGHT * WIDTH * 3];
        random.nextBytes(rgb);
        byte[] ids = new byte[HEIGHT * WIDTH];
        float[] depth = new float[ids.length];
        float[] normals = new float[ids.length * 3];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = (byte) random.nextInt(21);
            depth[i] = random.nextInt(5) == 0 ? 0 : 2 + random.nextFloat();
            for (int c = 0; c < 3; c++) {
                normals[i * 3 + c] = random.nextFloat() * 2 - 1;
            }
        }
        return new LabelledImage(
                "image",
                new Raster(HEIGHT, WIDTH, rgb),
                Map.of(
                        "segmentation",
                        new LabelPlane.Ids(ids),
                        "depth",
                        new LabelPlane.Measures(1, depth, holes),
                        "normals",
                        new LabelPlane.Measures(3, normals, false)));
    }
}

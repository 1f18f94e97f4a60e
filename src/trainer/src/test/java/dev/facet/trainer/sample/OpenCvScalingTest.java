package dev.facet.trainer.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.facet.core.image.Normalization;
import dev.facet.core.image.Raster;
import dev.facet.core.npy.NpyReader;
import dev.facet.core.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Views against what the reference's image library makes of the same image. */
class OpenCvScalingTest {
    private static final int HEIGHT = 13;
    private static final int WIDTH = 17;

    @ParameterizedTest
    @ValueSource(doubles = {0.5, 0.75, 1.25, 1.5, 1.75, 2.0})
    void scalesAsOpenCvDoes(double scale) throws IOException {
        byte[] rgb = new byte[HEIGHT * WIDTH * 3];
        byte[] ids = new byte[HEIGHT * WIDTH];
        read("image").data().get(rgb);
        read("ids").data().get(ids);
        LabelledImage image = new LabelledImage(
                "image",
                new Raster(HEIGHT, WIDTH, rgb),
                Map.of(
                        "segmentation",
                        new LabelPlane.Ids(ids),
                        "depth",
                        new LabelPlane.Measures(1, read("depth").toFloatArray(), false)));
        int height = (int) (HEIGHT * scale);
        int width = (int) (WIDTH * scale);
        int area = height * width;
        Map<String, float[]> labels = new LinkedHashMap<>();
        labels.put("segmentation", new float[area]);
        labels.put("depth", new float[area]);
        Batch batch = new Batch(List.of("image"), height, width, new float[3 * area], labels);
        AugmentationSettings settings = new AugmentationSettings(List.of(scale), false, height, width, 0, 0, 0, 0);
        new Augmentation(settings, Normalization.IMAGENET).apply(image, new SplittableRandom(1), batch, 0);

        assertThat(batch.labels("segmentation")).isEqualTo(read("ids-" + scale).toFloatArray());
        float[] depth = read("depth-" + scale).toFloatArray();
        for (int i = 0; i < area; i++) {
            assertThat(batch.labels("depth")[i]).isCloseTo(depth[i], within(2e-7f * depth[i]));
        }
        float[] expected = read("image-" + scale).toFloatArray();
        for (int i = 0; i < expected.length; i++) {
            int channel = i % 3;
            float value = (expected[i] / 255f - Normalization.IMAGENET.mean().get(channel))
                    / Normalization.IMAGENET.std().get(channel);
            assertThat(batch.images()[channel * area + i / 3]).as("value %d", i).isEqualTo(value);
        }
    }

    private static Tensor read(String name) throws IOException {
        try (InputStream in = OpenCvScalingTest.class.getResourceAsStream(name + ".npy")) {
            return NpyReader.read(in.readAllBytes());
        }
    }
}

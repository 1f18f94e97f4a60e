package dev.facet.core.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.facet.core.encoding.EncodingOptions.Render;
import dev.facet.core.image.ImageDecoder;
import dev.facet.core.image.ImageLimits;
import dev.facet.core.image.Raster;
import dev.facet.core.image.SampleReader;
import dev.facet.core.image.Samples;
import dev.facet.core.task.Depth;
import dev.facet.core.task.LabelClass;
import dev.facet.core.task.Normals;
import dev.facet.core.task.Prediction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class PredictionEncoderTest {
    private static final Prediction LABELS = new Prediction.LabelMap(
            2,
            2,
            new byte[] {0, 1, 1, 1},
            List.of(new LabelClass("sky", "#0102ff"), new LabelClass("road", "#80ff00")));
    private static final Prediction DEPTH =
            new Prediction.DepthMap(1, 5, new float[] {1.2344f, 1.2346f, 0, -3, 100}, new Depth("metre", 0.001));
    private static final Prediction NORMALS =
            new Prediction.NormalMap(1, 2, new float[] {-1, 0, 1, 0.6f, -0.5f, 0}, new Normals("x right, y down"));
    private static final Prediction EDGES = new Prediction.ProbabilityMap(1, 4, new float[] {0, 0.5f, 0.499f, 1});

    @Test
    void labelMapsArePalettesOfClassIds() {
        Samples samples = samples(encode(LABELS, Representation.PNG));
        assertThat(values(samples)).containsExactly(0, 1, 1, 1);
        assertThat(samples.palette().orElseThrow()).startsWith(0x0102FF, 0x80FF00);
        assertThat(encode(LABELS, Representation.RAW).bytes()).containsExactly(0, 1, 1, 1);
        assertThat(encode(LABELS, Representation.RAW).headers())
                .containsEntry("X-Tensor-Shape", "2,2")
                .containsEntry("X-Tensor-Type", "uint8");
    }

    @Test
    void depthIsCountedInStepsOf16Bits() {
        Encoded png = encode(DEPTH, Representation.PNG);
        assertThat(samples(png).bits()).isEqualTo(16);
        assertThat(values(samples(png))).containsExactly(1234, 1235, 0, 0, 65535);
        assertThat(png.headers()).containsEntry("X-Depth-Scale", "0.001").containsEntry("X-Depth-Unit", "metre");
        ByteBuffer raw =
                ByteBuffer.wrap(encode(DEPTH, Representation.RAW).bytes()).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(raw.getFloat(4)).isEqualTo(1.2346f);
        assertThat(raw.getFloat(12)).isEqualTo(-3f);
    }

    @Test
    void normalsAreColorsOf8Or16Bits() {
        assertThat(values(samples(encode(NORMALS, Representation.PNG)))).containsExactly(0, 128, 255, 204, 64, 128);
        EncodingOptions deep = new EncodingOptions(Render.PLAIN, 0.5, 16, 0.5);
        Encoded png = PredictionEncoder.encode(NORMALS, Representation.PNG, deep, null);
        assertThat(values(samples(png))).containsExactly(0, 32768, 65535, 52428, 16384, 32768);
        assertThat(png.headers()).containsEntry("X-Normals-Axes", "x right, y down");
    }

    @Test
    void probabilitiesAreGreyOf8Or16Bits() {
        assertThat(values(samples(encode(EDGES, Representation.PNG)))).containsExactly(0, 128, 127, 255);
        EncodingOptions deep = new EncodingOptions(Render.PLAIN, 0.5, 16, 0.5);
        assertThat(values(samples(PredictionEncoder.encode(EDGES, Representation.PNG, deep, null))))
                .containsExactly(0, 32768, 32702, 65535);
    }

    @Test
    void jsonHoldsFiguresMasksAndPictures() throws IOException {
        JsonNode labels = json(LABELS);
        assertThat(labels.at("/height").asInt()).isEqualTo(2);
        assertThat(labels.at("/classes/1/name").asText()).isEqualTo("road");
        assertThat(labels.at("/classes/1/pixels").asInt()).isEqualTo(3);
        assertThat(labels.at("/classes/1/rle/counts").asText()).isEqualTo("13");
        assertThat(labels.at("/classes/0/rle/counts").asText()).isEqualTo("013");
        JsonNode depth = json(DEPTH);
        assertThat(depth.at("/unit").asText()).isEqualTo("metre");
        assertThat(depth.at("/min").asDouble()).isEqualTo(-3);
        assertThat(depth.at("/max").asDouble()).isEqualTo(100);
        byte[] png = Base64.getDecoder().decode(depth.at("/png").asText());
        assertThat(values(SampleReader.read(png, ImageLimits.DEFAULT))).containsExactly(1234, 1235, 0, 0, 65535);
        JsonNode edges = json(EDGES);
        assertThat(edges.at("/pixels").asInt()).isEqualTo(2);
        assertThat(edges.at("/rle/counts").asText()).isEqualTo("1110");
        assertThat(json(NORMALS).at("/axes").asText()).isEqualTo("x right, y down");
    }

    @Test
    void overlaysMixTheColorsWithTheImage() {
        Raster image = new Raster(2, 2, new byte[12]);
        EncodingOptions options = new EncodingOptions(Render.OVERLAY, 0.25, 8, 0.5);
        Encoded png = PredictionEncoder.encode(LABELS, Representation.PNG, options, image);
        assertThat(values(samples(png))).startsWith(0, 1, 64, 32, 64, 0);
        Encoded jpeg = PredictionEncoder.encode(LABELS, Representation.JPEG, options, image);
        assertThat(jpeg.mediaType()).isEqualTo("image/jpeg");
        assertThat(ImageDecoder.read(jpeg.bytes(), ImageLimits.DEFAULT).height())
                .isEqualTo(2);
        assertThatThrownBy(() -> PredictionEncoder.encode(LABELS, Representation.PNG, options, null))
                .hasMessageContaining("image");
    }

    @Test
    void overlaysLeaveTheBackgroundAsItIs() {
        Raster image = new Raster(1, 2, new byte[] {10, 20, 30, 40, 50, 60});
        List<LabelClass> classes = List.of(new LabelClass("background", "#000000"), new LabelClass("hair", "#ffffff"));
        Prediction labels = new Prediction.LabelMap(1, 2, new byte[] {0, 1}, classes);
        EncodingOptions options = new EncodingOptions(Render.OVERLAY, 1, 8, 0.5);
        Encoded png = PredictionEncoder.encode(labels, Representation.PNG, options, image);
        assertThat(values(samples(png))).containsExactly(10, 20, 30, 255, 255, 255);
    }

    @Test
    void depthIsRenderedWithNearThingsWarm() {
        Prediction near = new Prediction.DepthMap(1, 2, new float[] {1, 9}, new Depth("metre", 0.001));
        EncodingOptions turbo = new EncodingOptions(Render.TURBO, 0.5, 8, 0.5);
        Samples samples = samples(PredictionEncoder.encode(near, Representation.PNG, turbo, null));
        assertThat(samples.values()[0]).isGreaterThan(samples.values()[2]);
        assertThat(samples.channels()).isEqualTo(3);
    }

    @Test
    void arraysCarryTheirShape() {
        String header = new String(encode(NORMALS, Representation.NPY).bytes(), StandardCharsets.ISO_8859_1);
        assertThat(header).contains("'shape': (1, 2, 3)").contains("<f4");
    }

    private static Encoded encode(Prediction prediction, Representation representation) {
        return PredictionEncoder.encode(prediction, representation, EncodingOptions.DEFAULT, null);
    }

    private static JsonNode json(Prediction prediction) throws IOException {
        return new ObjectMapper()
                .readTree(encode(prediction, Representation.JSON).bytes());
    }

    private static Samples samples(Encoded png) {
        return SampleReader.read(png.bytes(), ImageLimits.DEFAULT);
    }

    private static int[] values(Samples samples) {
        int[] values = new int[samples.values().length];
        for (int i = 0; i < values.length; i++) {
            values[i] = samples.values()[i];
        }
        return values;
    }
}

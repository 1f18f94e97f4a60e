package dev.facet.core.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.encoding.EncodingOptions.Render;
import dev.facet.core.image.Frame;
import dev.facet.core.image.ImageDecoder;
import dev.facet.core.image.ImageLimits;
import dev.facet.core.image.PngSamples;
import dev.facet.core.image.Raster;
import dev.facet.core.image.SampleReader;
import dev.facet.core.task.Depth;
import dev.facet.core.task.Edges;
import dev.facet.core.task.HumanParts;
import dev.facet.core.task.LabelClass;
import dev.facet.core.task.NetworkOutput;
import dev.facet.core.task.Normals;
import dev.facet.core.task.Segmentation;
import dev.facet.core.task.TaskKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class PredictionEncoderTest {
    private static final Segmentation CLASSES =
            new Segmentation(List.of(new LabelClass("sky", "#0102ff"), new LabelClass("road", "#80ff00")));
    private static final Answer LABELS = new Answer(CLASSES, 2, 2, 0, -1, -1, -1, -1, 1, 1, 1);
    private static final Answer DEPTH = new Answer(new Depth("metre", 0.001), 1, 5, 1.2344f, 1.2346f, 0, -3, 100);
    private static final Answer NORMALS = new Answer(new Normals("x right, y down"), 1, 2, -1, 0.28f, 0, -0.96f, 0, 0);
    private static final Answer EDGES = new Answer(new Edges("boundaries"), 1, 4, -1000, 0, -0.004f, 1000);

    /** A map of the image's own size: values are answered as they are. */
    private record Answer(TaskKind task, int height, int width, float... values) {
        Encoded encode(AnswerForm form, Raster image) {
            NetworkOutput output = new NetworkOutput(task.outputs(), height, width, values);
            return PredictionEncoder.encode(
                    task, output, Frame.identity(height, width), form, image, Cancellation.withoutDeadline());
        }
    }

    @Test
    void labelMapsArePalettesOfClassIds() {
        PngSamples samples = samples(encode(LABELS, Representation.PNG));
        assertThat(values(samples)).containsExactly(0, 1, 1, 1);
        assertThat(samples.palette().orElseThrow()).startsWith(0x0102FF, 0x80FF00);
        assertThat(encode(LABELS, Representation.RAW).content().toBytes()).containsExactly(0, 1, 1, 1);
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
        assertThat(png.headers()).containsEntry("X-Depth-Quantity", "distance").doesNotContainKey("X-Depth-Range");
        assertThat(new String(png.content().toBytes(), StandardCharsets.ISO_8859_1))
                .contains("Quantity\0distance", "Unit\0metre", "Scale\0" + "0.001");
        ByteBuffer raw = ByteBuffer.wrap(
                        encode(DEPTH, Representation.RAW).content().toBytes())
                .order(ByteOrder.LITTLE_ENDIAN);
        assertThat(raw.getFloat(4)).isEqualTo(1.2346f);
        assertThat(raw.getFloat(12)).isEqualTo(-3f);
    }

    @Test
    void inverseDepthSpansTheSixteenBitsAndSaysItsRange() throws IOException {
        Answer answer = new Answer(Depth.INVERSE, 1, 4, -3, 1, 0, 5);
        Encoded png = encode(answer, Representation.PNG);
        assertThat(samples(png).bits()).isEqualTo(16);
        assertThat(values(samples(png))).containsExactly(0, 32768, 24576, 65535);
        assertThat(png.headers())
                .containsEntry("X-Depth-Quantity", "inverse-depth")
                .containsEntry("X-Depth-Range", "-3.0,5.0")
                .doesNotContainKeys("X-Depth-Unit", "X-Depth-Scale");
        assertThat(new String(png.content().toBytes(), StandardCharsets.ISO_8859_1))
                .contains("Quantity\0inverse-depth", "Minimum\0-3.0", "Maximum\0" + "5.0")
                .doesNotContain("Unit", "Scale");
        JsonNode json = json(answer);
        assertThat(json.get("quantity").asText()).isEqualTo("inverse-depth");
        assertThat(json.get("min").asDouble()).isEqualTo(-3);
        assertThat(json.get("max").asDouble()).isEqualTo(5);
        assertThat(json.get("mean").asDouble()).isEqualTo(0.75);
        assertThat(json.has("unit") || json.has("scale")).isFalse();
        assertThat(json.get("png").binaryValue()).isEqualTo(png.content().toBytes());
        ByteBuffer raw = ByteBuffer.wrap(
                        encode(answer, Representation.RAW).content().toBytes())
                .order(ByteOrder.LITTLE_ENDIAN);
        assertThat(raw.getFloat(0)).as("fp32 is what the network gave").isEqualTo(-3f);
        assertThat(encode(answer, Representation.RAW).headers())
                .containsEntry("X-Depth-Quantity", "inverse-depth")
                .doesNotContainKey("X-Depth-Range");
    }

    @Test
    void inverseDepthThatIsTheSameEverywhereIsBlack() {
        Encoded png = encode(new Answer(Depth.INVERSE, 1, 2, 7, 7), Representation.PNG);
        assertThat(values(samples(png))).containsExactly(0, 0);
        assertThat(png.headers()).containsEntry("X-Depth-Range", "7.0,7.0");
    }

    @Test
    void bothQuantitiesHaveTheirNearEndInTheSameColour() {
        Answer distance = new Answer(new Depth("metre", 0.001), 1, 3, 1, 3, 9);
        Answer inverse = new Answer(Depth.INVERSE, 1, 3, 9, 7, 1);
        for (Render render : List.of(Render.TURBO, Render.MAGMA)) {
            EncodingOptions options = new EncodingOptions(render, 0.5, 8, 0.5);
            Encoded far = distance.encode(new AnswerForm(Representation.PNG, options, false), null);
            Encoded near = inverse.encode(new AnswerForm(Representation.PNG, options, false), null);
            assertThat(values(samples(near))).isEqualTo(values(samples(far)));
            assertThat(far.headers())
                    .containsEntry("X-Depth-Quantity", "distance")
                    .containsEntry("X-Depth-Range", "1.0,9.0");
            assertThat(near.headers()).containsEntry("X-Depth-Range", "1.0,9.0");
        }
    }

    @Test
    void normalsAreColorsOf8Or16Bits() {
        assertThat(values(samples(encode(NORMALS, Representation.PNG)))).containsExactly(0, 128, 128, 163, 5, 128);
        EncodingOptions deep = new EncodingOptions(Render.PLAIN, 0.5, 16, 0.5);
        Encoded png = NORMALS.encode(new AnswerForm(Representation.PNG, deep, false), null);
        assertThat(values(samples(png))).containsExactly(0, 32768, 32768, 41942, 1311, 32768);
        assertThat(png.headers()).containsEntry("X-Normals-Axes", "x right, y down");
    }

    @Test
    void probabilitiesAreGreyOf8Or16Bits() {
        assertThat(values(samples(encode(EDGES, Representation.PNG)))).containsExactly(0, 128, 127, 255);
        EncodingOptions deep = new EncodingOptions(Render.PLAIN, 0.5, 16, 0.5);
        assertThat(values(samples(EDGES.encode(new AnswerForm(Representation.PNG, deep, false), null))))
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
        Encoded png = LABELS.encode(new AnswerForm(Representation.PNG, options, false), image);
        assertThat(values(samples(png))).startsWith(0, 1, 64, 32, 64, 0);
        Encoded jpeg = LABELS.encode(new AnswerForm(Representation.JPEG, options, false), image);
        assertThat(jpeg.mediaType()).isEqualTo("image/jpeg");
        assertThat(ImageDecoder.read(jpeg.content().toBytes(), ImageLimits.DEFAULT)
                        .height())
                .isEqualTo(2);
        assertThatThrownBy(() -> LABELS.encode(new AnswerForm(Representation.PNG, options, false), null))
                .hasMessageContaining("image");
    }

    @Test
    void jpegsKeepRedRedAndBlueBlue() {
        int size = 16;
        float[] logits = new float[2 * size * size];
        Arrays.fill(logits, 0, size * size, 1);
        Answer sky = new Answer(CLASSES, size, size, logits);
        EncodingOptions opaque = new EncodingOptions(Render.OVERLAY, 1, 8, 0.5);
        Encoded jpeg = sky.encode(
                new AnswerForm(Representation.JPEG, opaque, false), new Raster(size, size, new byte[size * size * 3]));
        byte[] rgb =
                ImageDecoder.read(jpeg.content().toBytes(), ImageLimits.DEFAULT).rgb();
        assertThat(rgb[0] & 0xFF).isLessThan(20);
        assertThat(rgb[1] & 0xFF).isLessThan(20);
        assertThat(rgb[2] & 0xFF).isGreaterThan(235);
    }

    @Test
    void overlaysLeaveTheBackgroundAsItIs() {
        Raster image = new Raster(1, 2, new byte[] {10, 20, 30, 40, 50, 60});
        List<LabelClass> classes = List.of(new LabelClass("background", "#000000"), new LabelClass("hair", "#ffffff"));
        Answer labels = new Answer(new HumanParts(classes), 1, 2, 1, 0, 0, 1);
        EncodingOptions options = new EncodingOptions(Render.OVERLAY, 1, 8, 0.5);
        Encoded png = labels.encode(new AnswerForm(Representation.PNG, options, false), image);
        assertThat(values(samples(png))).containsExactly(10, 20, 30, 255, 255, 255);
    }

    @Test
    void unknownPixelsAreClass255InEveryForm() throws IOException {
        // Softmax of two logits: 0.5, 0.73, 0.73, 0.88.
        Answer labels = new Answer(CLASSES, 2, 2, 0, 1, 0, 0, 0, 0, 1, 2);
        EncodingOptions options = EncodingOptions.DEFAULT.withUnknown(0.6);
        AnswerForm png = new AnswerForm(Representation.PNG, options, false);
        PngSamples samples = samples(labels.encode(png, null));
        assertThat(values(samples)).containsExactly(255, 0, 1, 1);
        assertThat(samples.palette().orElseThrow()).hasSize(256).startsWith(0x0102FF, 0x80FF00);
        assertThat(samples.palette().orElseThrow()[255]).isEqualTo(0xE0E0C0);
        for (Representation representation : List.of(Representation.RAW, Representation.NPY)) {
            byte[] bytes = labels.encode(new AnswerForm(representation, options, false), null)
                    .content()
                    .toBytes();
            assertThat(Arrays.copyOfRange(bytes, bytes.length - 4, bytes.length))
                    .containsExactly(255, 0, 1, 1);
        }
        JsonNode json = new ObjectMapper()
                .readTree(labels.encode(new AnswerForm(Representation.JSON, options, false), null)
                        .content()
                        .toBytes());
        assertThat(json.get("unknown").asDouble()).isEqualTo(0.6);
        assertThat(json.at("/classes/2/id").asInt()).isEqualTo(255);
        assertThat(json.at("/classes/2/name").asText()).isEqualTo("unknown");
        assertThat(json.at("/classes/2/color").asText()).isEqualTo("#e0e0c0");
        assertThat(json.at("/classes/2/pixels").asInt()).isEqualTo(1);
        assertThat(json.at("/classes/2/rle/counts").asText()).isEqualTo("013");
        assertThat(json.at("/classes/1/pixels").asInt()).isEqualTo(2);
        assertThat(json(labels).has("unknown")).isFalse();

        Raster image = new Raster(2, 2, new byte[] {7, 8, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0});
        EncodingOptions overlay = new EncodingOptions(Render.OVERLAY, 1, 8, 0.5, 0.6);
        assertThat(values(samples(labels.encode(new AnswerForm(Representation.PNG, overlay, false), image))))
                .startsWith(7, 8, 9, 0x01, 0x02, 0xFF);
    }

    @Test
    void logitsHaveNoUnknownPixels() {
        EncodingOptions options = EncodingOptions.DEFAULT.withUnknown(0.5);
        assertThatThrownBy(() -> new AnswerForm(Representation.NPY, options, true))
                .hasMessageContaining("unknown=0.5, expected 0");
        for (double value : new double[] {-0.1, 1.01, Double.NaN}) {
            assertThatThrownBy(() -> EncodingOptions.DEFAULT.withUnknown(value)).hasMessageContaining("expected 0..1");
        }
    }

    @Test
    void depthIsRenderedWithNearThingsWarm() {
        Answer near = new Answer(new Depth("metre", 0.001), 1, 2, 1, 9);
        EncodingOptions turbo = new EncodingOptions(Render.TURBO, 0.5, 8, 0.5);
        PngSamples samples = samples(near.encode(new AnswerForm(Representation.PNG, turbo, false), null));
        assertThat(samples.values()[0]).isGreaterThan(samples.values()[2]);
        assertThat(samples.channels()).isEqualTo(3);
    }

    @Test
    void arraysCarryTheirShape() {
        String header =
                new String(encode(NORMALS, Representation.NPY).content().toBytes(), StandardCharsets.ISO_8859_1);
        assertThat(header).contains("'shape': (1, 2, 3)").contains("<f4");
    }

    private static Encoded encode(Answer answer, Representation representation) {
        return answer.encode(AnswerForm.of(representation), null);
    }

    private static JsonNode json(Answer answer) throws IOException {
        return new ObjectMapper()
                .readTree(encode(answer, Representation.JSON).content().toBytes());
    }

    private static PngSamples samples(Encoded png) {
        return SampleReader.read(png.content().toBytes(), ImageLimits.DEFAULT);
    }

    private static int[] values(PngSamples samples) {
        int[] values = new int[samples.values().length];
        for (int i = 0; i < values.length; i++) {
            values[i] = samples.values()[i];
        }
        return values;
    }
}

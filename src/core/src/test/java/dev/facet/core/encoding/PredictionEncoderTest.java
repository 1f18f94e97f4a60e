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
        ByteBuffer raw = ByteBuffer.wrap(
                        encode(DEPTH, Representation.RAW).content().toBytes())
                .order(ByteOrder.LITTLE_ENDIAN);
        assertThat(raw.getFloat(4)).isEqualTo(1.2346f);
        assertThat(raw.getFloat(12)).isEqualTo(-3f);
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

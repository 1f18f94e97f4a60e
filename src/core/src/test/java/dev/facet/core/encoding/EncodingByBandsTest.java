package dev.facet.core.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.facet.core.ForkedJvm;
import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.cancellation.CancelledException;
import dev.facet.core.encoding.EncodingOptions.Render;
import dev.facet.core.image.Frame;
import dev.facet.core.image.InputPolicy;
import dev.facet.core.image.Raster;
import dev.facet.core.npy.NpyWriter;
import dev.facet.core.task.Depth;
import dev.facet.core.task.Edges;
import dev.facet.core.task.HumanParts;
import dev.facet.core.task.LabelClass;
import dev.facet.core.task.NetworkOutput;
import dev.facet.core.task.Normals;
import dev.facet.core.task.Saliency;
import dev.facet.core.task.Segmentation;
import dev.facet.core.task.TaskKind;
import dev.facet.core.task.VocPalette;
import dev.facet.core.tensor.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(300)
class EncodingByBandsTest {
    private static final List<TaskKind> KINDS = List.of(
            new Segmentation(classes(21)),
            new HumanParts(classes(7)),
            new Depth("metre", 0.001),
            new Normals("x right, y down, z forward (ö)"),
            new Saliency(),
            new Edges("boundaries"),
            Depth.INVERSE);

    /** Sizes of one band, of a band and a row, of rows that are longer than a band, of one row or column. */
    @ParameterizedTest
    @CsvSource({"1,1", "1,7", "9,1", "33,17", "129,127", "321,481", "3,17001", "2,70001"})
    void everyByteIsThatOfTheWholeMap(int height, int width) {
        Frame frame = new InputPolicy(192, true, 16).frame(height, width);
        Raster image = image(height, width);
        for (TaskKind task : KINDS) {
            NetworkOutput output = output(task, frame);
            for (AnswerForm form : forms()) {
                if (form.representation() == Representation.JPEG && width > JpegBuilder.LONGEST_SIDE) {
                    assertThatThrownBy(() -> encode(task, output, frame, form, image))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageContaining("width=" + width);
                    continue;
                }
                Content content = encode(task, output, frame, form, image).content();
                assertThat(content.toBytes())
                        .as("%s, %s, %d×%d", task.id(), form, height, width)
                        .isEqualTo(WholeMaps.encode(task.decode(output, frame), form, image));
                assertChunks(content);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"4,8", "32,20", "320,480", "4,70000"})
    void logitsAreTheMapAtTheImagesSize(int height, int width) {
        // Neither scaled nor padded: the resized map is what the reference's forward gives.
        Frame frame = Frame.identity(height, width);
        for (TaskKind task : KINDS) {
            int rows = height / 4;
            int columns = width / 4;
            float[] values = new float[task.outputs() * rows * columns];
            Random random = new Random(5);
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian();
            }
            NetworkOutput output = new NetworkOutput(task.outputs(), rows, columns, values);
            float[] planes = output.resized(height, width);
            Encoded raw = encode(task, output, frame, logits(Representation.RAW), null);
            assertThat(raw.content().toBytes()).isEqualTo(WholeMaps.littleEndian(planes));
            assertThat(raw.headers())
                    .containsEntry("X-Tensor-Shape", task.outputs() + "," + height + "," + width)
                    .containsEntry("X-Tensor-Type", "float32");
            Encoded npy = encode(task, output, frame, logits(Representation.NPY), null);
            assertThat(npy.content().toBytes())
                    .isEqualTo(NpyWriter.floats(new Shape(task.outputs(), height, width), planes));
            assertThat(npy.headers()).containsOnly(entry("X-Answer-Size", height + "," + width));
            assertChunks(raw.content());
            assertChunks(npy.content());
        }
    }

    @Test
    void arraysHoldNothingButTheMap() {
        TaskKind task = KINDS.get(0);
        Frame frame = new InputPolicy(64, true, 16).frame(8000, 6000);
        NetworkOutput output = output(task, frame);
        Content content =
                encode(task, output, frame, logits(Representation.NPY), null).content();
        assertThat(content.length()).isEqualTo(128 + 21L * 8000 * 6000 * Float.BYTES);
        assertThat(content.heldBytes()).isLessThan(100_000);
        assertThatThrownBy(content::toBytes).isInstanceOf(ArithmeticException.class);
        Iterator<byte[]> chunks = content.chunks();
        chunks.next();
        assertThat(chunks.next()).hasSizeLessThanOrEqualTo(Content.MAX_CHUNK_BYTES);
    }

    @Test
    void logitsAreNoPicture() {
        assertThatThrownBy(() -> logits(Representation.PNG)).hasMessageContaining("format=png");
    }

    @Test
    void encodingEndsWhenNobodyWaits() {
        Frame frame = new InputPolicy(64, true, 16).frame(100, 100);
        for (TaskKind task : KINDS) {
            Cancellation cancellation = Cancellation.withoutDeadline();
            cancellation.cancel();
            assertThatThrownBy(() -> PredictionEncoder.encode(
                            task, output(task, frame), frame, AnswerForm.of(Representation.PNG), null, cancellation))
                    .isInstanceOf(CancelledException.class);
        }
    }

    @Test
    void encodingEndsBetweenBands() {
        Cancellation cancellation = Cancellation.withoutDeadline();
        List<Integer> begun = new ArrayList<>();
        TaskKind task = new Saliency();
        Frame frame = new InputPolicy(64, true, 16).frame(1000, 1000);
        Bands bands = new Bands(task.rows(output(task, frame), frame), 1000, 1000, cancellation);
        assertThatThrownBy(() -> bands.forEach((first, band) -> {
                    begun.add(first);
                    if (begun.size() == 3) {
                        cancellation.cancel();
                    }
                }))
                .isInstanceOf(CancelledException.class);
        assertThat(begun).hasSize(3);
    }

    @Test
    void onlyOverlaysNeedTheImage() {
        assertThat(forms().stream().filter(PredictionEncoder::needsImage))
                .isNotEmpty()
                .allMatch(form -> form.options().render() == Render.OVERLAY
                        || (form.representation() == Representation.JPEG
                                && form.options().render() == Render.PLAIN));
        assertThat(PredictionEncoder.needsImage(logits(Representation.RAW))).isFalse();
    }

    /** Encodes noise, the worst for every form, of 12 megapixels; the heap is the JVM's. */
    static final class Encode {
        private Encode() {}

        public static void main(String[] arguments) throws IOException {
            TaskKind task = KINDS.get(Integer.parseInt(arguments[0]));
            AnswerForm form = forms().get(Integer.parseInt(arguments[1]));
            Frame frame = new InputPolicy(2048, true, 16).frame(3000, 4000);
            Raster image = PredictionEncoder.needsImage(form) ? image(3000, 4000) : null;
            Content content =
                    encode(task, output(task, frame), frame, form, image).content();
            long[] written = {0};
            content.writeTo(new ByteArrayOutputStream() {
                @Override
                public synchronized void write(byte[] bytes, int offset, int length) {
                    written[0] += length;
                }

                @Override
                public void writeBytes(byte[] bytes) {
                    written[0] += bytes.length;
                }
            });
            System.out.print((written[0] == content.length()) + " ");
        }
    }

    @ParameterizedTest
    @CsvSource({"0,0", "0,8", "2,0", "2,4", "3,1", "3,8", "3,9", "4,1", "4,2", "5,8", "0,5", "3,7"})
    void encodingFitsIntoWhatItAskedFor(int kind, int index) throws Exception {
        TaskKind task = KINDS.get(kind);
        AnswerForm form = forms().get(index);
        long bytes = PredictionEncoder.peakBytes(task, 3000, 4000, form);
        long map = 384L * 512 * 4 * task.outputs();
        long image = PredictionEncoder.needsImage(form) ? 36_000_000 : 0;
        assertThat(ForkedJvm.run(bytes + map + image, Encode.class, kind, index))
                .as("%s, %s, %d bytes", task.id(), form, bytes)
                .isEqualTo("true 0");
    }

    private static List<AnswerForm> forms() {
        List<AnswerForm> forms = new ArrayList<>();
        forms.add(AnswerForm.of(Representation.PNG));
        forms.add(new AnswerForm(Representation.PNG, new EncodingOptions(Render.PLAIN, 0.5, 16, 0.5), false));
        for (Render render : List.of(Render.OVERLAY, Render.TURBO, Render.MAGMA)) {
            forms.add(new AnswerForm(Representation.PNG, new EncodingOptions(render, 0.7, 8, 0.5), false));
        }
        for (Render render : List.of(Render.PLAIN, Render.OVERLAY, Render.TURBO)) {
            forms.add(new AnswerForm(Representation.JPEG, new EncodingOptions(render, 0.7, 8, 0.5), false));
        }
        forms.add(AnswerForm.of(Representation.JSON));
        forms.add(new AnswerForm(Representation.JSON, new EncodingOptions(Render.PLAIN, 0.5, 16, 0.9), false));
        forms.add(AnswerForm.of(Representation.NPY));
        forms.add(AnswerForm.of(Representation.RAW));
        return forms;
    }

    private static AnswerForm logits(Representation representation) {
        return new AnswerForm(representation, EncodingOptions.DEFAULT, true);
    }

    private static Encoded encode(TaskKind task, NetworkOutput output, Frame frame, AnswerForm form, Raster image) {
        return PredictionEncoder.encode(task, output, frame, form, image, Cancellation.withoutDeadline());
    }

    private static void assertChunks(Content content) {
        long length = 0;
        for (Iterator<byte[]> chunks = content.chunks(); chunks.hasNext(); ) {
            int size = chunks.next().length;
            assertThat(size).isBetween(1, Content.MAX_CHUNK_BYTES);
            length += size;
        }
        assertThat(length).isEqualTo(content.length());
        assertThat(content.heldBytes()).isPositive();
    }

    /** Waves and noise: every class wins somewhere, depths are negative here and there. */
    private static NetworkOutput output(TaskKind task, Frame frame) {
        int height = frame.paddedHeight() / 4;
        int width = frame.paddedWidth() / 4;
        Random random = new Random(7);
        float[] values = new float[task.outputs() * height * width];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (3 * Math.sin(i * 0.01) + 2 * random.nextGaussian());
        }
        return new NetworkOutput(task.outputs(), height, width, values);
    }

    private static Raster image(int height, int width) {
        byte[] rgb = new byte[height * width * 3];
        new Random(3).nextBytes(rgb);
        return new Raster(height, width, rgb);
    }

    private static List<LabelClass> classes(int count) {
        return IntStream.range(0, count)
                .mapToObj(id ->
                        new LabelClass(id == 0 ? "background" : "Stra\u00dfe \ud83d\udc3e " + id, VocPalette.color(id)))
                .toList();
    }
}

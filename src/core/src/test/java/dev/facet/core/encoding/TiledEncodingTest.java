package dev.facet.core.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.core.ForkedJvm;
import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.cancellation.CancelledException;
import dev.facet.core.encoding.EncodingOptions.Render;
import dev.facet.core.image.Frame;
import dev.facet.core.image.InputPolicy;
import dev.facet.core.image.Raster;
import dev.facet.core.image.Resampler;
import dev.facet.core.image.Resolution;
import dev.facet.core.image.TileGrid;
import dev.facet.core.image.Tiling;
import dev.facet.core.task.ClassKind;
import dev.facet.core.task.Depth;
import dev.facet.core.task.Edges;
import dev.facet.core.task.LabelClass;
import dev.facet.core.task.NetworkOutput;
import dev.facet.core.task.Normals;
import dev.facet.core.task.Segmentation;
import dev.facet.core.task.TaskKind;
import dev.facet.core.task.VocPalette;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TiledEncodingTest {
    private static final InputPolicy POLICY = new InputPolicy(512, false, 16);
    private static final TileGrid LARGE = TileGrid.of(new Tiling(512, 128), 3000, 4000, POLICY);
    private static final List<TaskKind> KINDS = List.of(
            new Segmentation(IntStream.range(0, 21)
                    .mapToObj(id -> new LabelClass("class " + id, VocPalette.color(id)))
                    .toList()),
            new Depth("metre", 0.001),
            new Normals("x right, y down, z forward"),
            new Edges("boundaries"),
            Depth.INVERSE);

    /** Many tiles, tiles that reach over two neighbours, one row, one column, one tile; at the image's size and at others. */
    @ParameterizedTest
    @CsvSource({
        "300,421,128,16,0",
        "300,421,128,64,0",
        "210,150,192,96,0",
        "50,600,64,16,0",
        "600,50,64,0,0",
        "60,60,64,16,0",
        "300,421,128,32,97",
        "210,150,64,16,700",
        "300,421,64,32,16"
    })
    void everyByteIsThatOfTheComposedMap(int height, int width, int size, int overlap, int side) {
        TileGrid grid = TileGrid.of(new Tiling(size, overlap), height, width, POLICY);
        Resolution resolution =
                new Resolution(side == 0 ? OptionalInt.empty() : OptionalInt.of(side), Optional.empty());
        Frame frame = resolution.answer(grid.frame());
        Raster image = Resampler.resize(image(height, width), frame.imageHeight(), frame.imageWidth());
        for (TaskKind task : KINDS) {
            List<List<NetworkOutput>> tiles = tiles(grid, task);
            NetworkOutput composed = composed(grid, task.outputs(), tiles);
            for (AnswerForm form : forms(task)) {
                Encoded whole =
                        PredictionEncoder.encode(task, composed, frame, form, image, Cancellation.withoutDeadline());
                Encoded tiled = encode(task, grid, frame, form, image, tiles);
                assertThat(tiled.content().toBytes())
                        .as("%s, %s", task.id(), form)
                        .isEqualTo(whole.content().toBytes());
                assertThat(tiled.headers())
                        .isEqualTo(whole.headers())
                        .containsEntry("X-Answer-Size", frame.imageHeight() + "," + frame.imageWidth());
            }
        }
    }

    @Test
    void nothingIsHeldOfTheMapButARowOfTilesWherePicturesAreWritten() {
        TaskKind task = KINDS.get(0);
        TileGrid grid = TileGrid.of(new Tiling(512, 64), 3000, 4000, POLICY);
        long rowOfTiles = 21L * Float.BYTES * 129 * 1000;
        long png = TiledEncoding.peakBytes(task, grid, grid.frame(), AnswerForm.of(Representation.PNG));
        assertThat(png).isLessThan(rowOfTiles + 12_100_000 + (4 << 20));
        long wholeMap = 21L * Float.BYTES * 750 * 1000;
        AnswerForm logits = new AnswerForm(Representation.NPY, EncodingOptions.DEFAULT, true);
        assertThat(TiledEncoding.peakBytes(task, grid, grid.frame(), logits))
                .isBetween(wholeMap, wholeMap + rowOfTiles + (4 << 20));
        TileGrid taller = TileGrid.of(new Tiling(512, 64), 12_000, 4000, POLICY);
        long tallerPng = TiledEncoding.peakBytes(task, taller, taller.frame(), AnswerForm.of(Representation.PNG));
        assertThat(tallerPng - png).isLessThan(9000 * 4000 + 200_000);
    }

    /** Encodes 12 megapixels of noise in tiles, one map of a tile at a time; the heap is the JVM's. */
    static final class Encode {
        private Encode() {}

        public static void main(String[] arguments) throws IOException {
            TaskKind task = KINDS.get(Integer.parseInt(arguments[0]));
            AnswerForm form = AnswerForm.of(Representation.ofSuffix(arguments[1]));
            Raster image = PredictionEncoder.needsImage(form) ? image(3000, 4000) : null;
            int samples = LARGE.rows().tile() / 4 * (LARGE.columns().tile() / 4);
            float[] values = new float[task.outputs() * samples];
            NetworkOutput tile = new NetworkOutput(
                    task.outputs(), LARGE.rows().tile() / 4, LARGE.columns().tile() / 4, values);
            Random random = new Random(11);
            try (TiledEncoding encoding =
                    new TiledEncoding(task, LARGE, LARGE.frame(), form, image, Cancellation.withoutDeadline())) {
                for (int row = 0; row < LARGE.rows().count(); row++) {
                    for (int column = 0; column < LARGE.columns().count(); column++) {
                        for (int i = 0; i < values.length; i++) {
                            values[i] = random.nextFloat() - 0.5f;
                        }
                        encoding.add(row, column, tile);
                    }
                    encoding.finishRow(row);
                }
                Content content = encoding.finish().content();
                content.writeTo(OutputStream.nullOutputStream());
                System.out.print((content.length() > 0) + " ");
            }
        }
    }

    /** The whole map of the 21 classes alone, 63 MB, would not fit where a picture is asked for. */
    @ParameterizedTest
    @CsvSource({"0,png", "0,jpg", "0,npy", "0,json", "1,png", "2,png", "2,npy", "3,json"})
    void encodingFitsIntoWhatItAskedFor(int kind, String suffix) throws Exception {
        TaskKind task = KINDS.get(kind);
        AnswerForm form = AnswerForm.of(Representation.ofSuffix(suffix));
        long bytes = TiledEncoding.peakBytes(task, LARGE, LARGE.frame(), form);
        long tile = 128L * 128 * Float.BYTES * task.outputs();
        long image = PredictionEncoder.needsImage(form) ? 36_000_000 : 0;
        assertThat(ForkedJvm.run(bytes + tile + image, Encode.class, kind, suffix))
                .as("%s, %s, %d bytes", task.id(), suffix, bytes)
                .isEqualTo("true 0");
    }

    @Test
    void encodingEndsWhenNobodyWaits() {
        TaskKind task = KINDS.get(3);
        TileGrid grid = TileGrid.of(new Tiling(64, 16), 100, 60, POLICY);
        Cancellation cancellation = Cancellation.withoutDeadline();
        AnswerForm form = AnswerForm.of(Representation.PNG);
        try (TiledEncoding encoding = new TiledEncoding(task, grid, grid.frame(), form, null, cancellation)) {
            encoding.add(0, 0, tiles(grid, task).get(0).get(0));
            cancellation.cancel();
            assertThatThrownBy(() -> encoding.finishRow(0)).isInstanceOf(CancelledException.class);
        }
    }

    @Test
    void refusesTheMapOfAnotherTile() {
        TaskKind task = KINDS.get(3);
        TileGrid grid = TileGrid.of(new Tiling(64, 16), 100, 60, POLICY);
        AnswerForm form = AnswerForm.of(Representation.PNG);
        try (TiledEncoding encoding =
                new TiledEncoding(task, grid, grid.frame(), form, null, Cancellation.withoutDeadline())) {
            assertThatThrownBy(() -> encoding.add(0, 0, new NetworkOutput(1, 15, 16, new float[240])))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("shape=[1, 15, 16], expected [1, 16, 16]");
        }
    }

    private static Encoded encode(
            TaskKind task, TileGrid grid, Frame frame, AnswerForm form, Raster image, List<List<NetworkOutput>> tiles) {
        try (TiledEncoding encoding =
                new TiledEncoding(task, grid, frame, form, image, Cancellation.withoutDeadline())) {
            for (int row = 0; row < tiles.size(); row++) {
                for (int column = 0; column < tiles.get(row).size(); column++) {
                    encoding.add(row, column, tiles.get(row).get(column));
                }
                encoding.finishRow(row);
            }
            return encoding.finish();
        }
    }

    /** The whole map, sample by sample: the weighted sum over the tiles that cover it. */
    private static NetworkOutput composed(TileGrid grid, int channels, List<List<NetworkOutput>> tiles) {
        int height = grid.rows().padded() / 4;
        int width = grid.columns().padded() / 4;
        float[] map = new float[channels * height * width];
        for (int channel = 0; channel < channels; channel++) {
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    float sum = 0;
                    for (int row = 0; row < grid.rows().count(); row++) {
                        for (int column = 0; column < grid.columns().count(); column++) {
                            NetworkOutput tile = tiles.get(row).get(column);
                            int tileY = y - grid.rows().begin(row) / 4;
                            int tileX = x - grid.columns().begin(column) / 4;
                            if (tileY >= 0 && tileY < tile.height() && tileX >= 0 && tileX < tile.width()) {
                                float down = grid.rows().weights(row, 4)[tileY];
                                float across = grid.columns().weights(column, 4)[tileX];
                                sum += down
                                        * across
                                        * tile.values()[(channel * tile.height() + tileY) * tile.width() + tileX];
                            }
                        }
                    }
                    map[(channel * height + y) * width + x] = sum;
                }
            }
        }
        return new NetworkOutput(channels, height, width, map);
    }

    private static List<List<NetworkOutput>> tiles(TileGrid grid, TaskKind task) {
        Random random = new Random(11);
        int height = grid.rows().tile() / 4;
        int width = grid.columns().tile() / 4;
        List<List<NetworkOutput>> tiles = new ArrayList<>();
        for (int row = 0; row < grid.rows().count(); row++) {
            List<NetworkOutput> line = new ArrayList<>();
            for (int column = 0; column < grid.columns().count(); column++) {
                float[] values = new float[task.outputs() * height * width];
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) random.nextGaussian();
                }
                line.add(new NetworkOutput(task.outputs(), height, width, values));
            }
            tiles.add(line);
        }
        return tiles;
    }

    private static Raster image(int height, int width) {
        byte[] rgb = new byte[height * width * 3];
        new Random(7).nextBytes(rgb);
        return new Raster(height, width, rgb);
    }

    private static List<AnswerForm> forms(TaskKind task) {
        List<AnswerForm> forms = new ArrayList<>();
        for (Representation representation : Representation.values()) {
            forms.add(AnswerForm.of(representation));
        }
        forms.add(new AnswerForm(Representation.PNG, new EncodingOptions(Render.OVERLAY, 0.7, 8, 0.5), false));
        forms.add(new AnswerForm(Representation.PNG, new EncodingOptions(Render.PLAIN, 0.5, 16, 0.5), false));
        forms.add(new AnswerForm(Representation.NPY, EncodingOptions.DEFAULT, true));
        forms.add(new AnswerForm(Representation.RAW, EncodingOptions.DEFAULT, true));
        if (task instanceof ClassKind) {
            EncodingOptions unknown = EncodingOptions.DEFAULT.withUnknown(0.3);
            for (Representation representation : Representation.values()) {
                forms.add(new AnswerForm(representation, unknown, false));
            }
        }
        if (task instanceof Depth) {
            forms.add(new AnswerForm(Representation.JPEG, new EncodingOptions(Render.MAGMA, 0.7, 8, 0.5), false));
        }
        return forms;
    }
}

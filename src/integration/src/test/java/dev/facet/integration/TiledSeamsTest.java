package dev.facet.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.core.bank.BankReader;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.image.ImageDecoder;
import dev.facet.core.image.ImageLimits;
import dev.facet.core.image.InputPolicy;
import dev.facet.core.image.Raster;
import dev.facet.core.image.Resampler;
import dev.facet.core.image.TileAxis;
import dev.facet.core.image.TileGrid;
import dev.facet.core.image.Tiling;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackReader;
import dev.facet.core.pack.Plan;
import dev.facet.core.task.NetworkOutput;
import dev.facet.core.task.TileBlending;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.EngineOptions;
import dev.facet.runtime.engine.PreparedPack;
import dev.facet.runtime.engine.ort.OrtEngine;
import dev.facet.runtime.prediction.FeatureCache;
import dev.facet.runtime.prediction.InputBuffers;
import dev.facet.runtime.prediction.NetworkInputs;
import dev.facet.runtime.prediction.SourceImage;
import dev.facet.runtime.schedule.EngineTurns;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is left of the seams between tiles on the network's output of default packs. The image is enlarged, so it has no noise that
 * would hide them.
 */
@Timeout(300)
class TiledSeamsTest {
    private static final Path ROOT = ServerUnderTest.ROOT;
    private static final double ALLOWED = 1.1;

    private static FilterBank bank;
    private static Engine engine;
    private static Raster image;

    @BeforeAll
    static void open() throws IOException {
        bank = BankReader.read(ROOT.resolve("models/bank.safetensors"));
        engine = OrtEngine.open(bank, EngineOptions.cpu(2));
        Raster coffee = ImageDecoder.read(ROOT.resolve("docs/images/coffee.jpg"), ImageLimits.DEFAULT);
        image = Resampler.resize(coffee, 1500, 2000);
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"segmentation", "edges", "normals"})
    void stepsAcrossSeamsAreNoLargerThanElsewhere(String name) throws IOException {
        TileGrid grid = grid(Tiling.of(512));
        NetworkOutput map = map(name, grid);
        for (boolean across : new boolean[] {true, false}) {
            TileAxis axis = across ? grid.columns() : grid.rows();
            assertThat(ratio(map, across, ends(axis)))
                    .as("where tiles begin and end")
                    .isLessThan(ALLOWED);
            assertThat(ratio(map, across, overlaps(axis)))
                    .as("where one tile fades into another")
                    .isLessThan(ALLOWED);
        }
    }

    @Test
    void hardlyAnyOverlapLeavesSeams() throws IOException {
        TileGrid grid = grid(new Tiling(512, 0));
        assertThat(ratio(map("segmentation", grid), true, ends(grid.columns()))).isGreaterThan(ALLOWED);
    }

    private static TileGrid grid(Tiling tiling) {
        return TileGrid.of(tiling, image.height(), image.width(), new InputPolicy(512, false, 16));
    }

    /** The blended map of all tiles. */
    private static NetworkOutput map(String name, TileGrid grid) throws IOException {
        ModulatorPack pack = PackReader.read(ROOT.resolve("models").resolve(name + ".safetensors"), bank);
        int channels = pack.manifest().task().outputs();
        int height = grid.rows().padded() / NetworkOutput.STRIDE;
        int width = grid.columns().padded() / NetworkOutput.STRIDE;
        NetworkOutput map = new NetworkOutput(channels, height, width, new float[channels * height * width]);
        TileBlending blending = new TileBlending(grid, channels, grid.frame());
        EngineTurns turns = new EngineTurns(1);
        InputBuffers buffers = new InputBuffers(4 << 20);
        try (PreparedPack prepared = engine.prepare(pack, Plan.FACTORED)) {
            for (int row = 0; row < grid.rows().count(); row++) {
                for (int column = 0; column < grid.columns().count(); column++) {
                    SourceImage tile = SourceImage.of(grid.cut(image, row, column));
                    try (NetworkInputs inputs = new NetworkInputs(tile, engine, turns, buffers, new FeatureCache(0))) {
                        blending.add(
                                row,
                                column,
                                inputs.run(prepared, grid.tileFrame(row, column), Cancellation.withoutDeadline())
                                        .output());
                    }
                }
                blending.finishRow(row, strip -> strip.copyTo(map));
            }
        }
        return map;
    }

    /** Samples at which a tile begins, or the first after one that has ended. */
    private static BitSet ends(TileAxis axis) {
        BitSet samples = new BitSet();
        for (int tile = 1; tile < axis.count(); tile++) {
            samples.set(axis.begin(tile) / NetworkOutput.STRIDE);
            samples.set((axis.begin(tile - 1) + axis.tile()) / NetworkOutput.STRIDE);
        }
        return samples;
    }

    private static BitSet overlaps(TileAxis axis) {
        BitSet samples = new BitSet();
        for (int tile = 1; tile < axis.count(); tile++) {
            samples.set(
                    axis.begin(tile) / NetworkOutput.STRIDE,
                    (axis.begin(tile - 1) + axis.tile()) / NetworkOutput.STRIDE + 1);
        }
        return samples;
    }

    /** The mean step from the sample before, at some samples of an axis against all others. */
    private static double ratio(NetworkOutput map, boolean across, BitSet seams) {
        double[] sum = new double[2];
        long[] count = new long[2];
        for (int channel = 0; channel < map.channels(); channel++) {
            for (int y = across ? 0 : 1; y < map.height(); y++) {
                for (int x = across ? 1 : 0; x < map.width(); x++) {
                    int at = (channel * map.height() + y) * map.width() + x;
                    float before = map.values()[across ? at - 1 : at - map.width()];
                    int kind = seams.get(across ? x : y) ? 1 : 0;
                    sum[kind] += Math.abs(map.values()[at] - before);
                    count[kind]++;
                }
            }
        }
        return sum[1] / count[1] / (sum[0] / count[0]);
    }
}

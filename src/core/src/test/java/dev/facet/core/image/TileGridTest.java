package dev.facet.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TileGridTest {
    private static final InputPolicy POLICY = new InputPolicy(512, false, 16);

    private static TileAxis axis(int length, int size, int overlap) {
        return TileAxis.of(length, new Tiling(size, overlap), 16);
    }

    @Test
    void theFewestTilesThatOverlapEnoughAreSpreadEvenly() {
        TileAxis axis = axis(4000, 512, 64);
        assertThat(axis.padded()).isEqualTo(4000);
        assertThat(axis.count()).isEqualTo(9);
        assertThat(axis.begin(0)).isZero();
        assertThat(axis.begin(1)).isEqualTo(432);
        assertThat(axis.begin(8)).isEqualTo(4000 - 512);
    }

    @Test
    void anAxisNoLongerThanATileIsOneTilePaddedLikeAnImage() {
        TileAxis axis = axis(321, 512, 64);
        assertThat(axis.count()).isEqualTo(1);
        assertThat(axis.tile()).isEqualTo(336);
        assertThat(axis.content(0)).isEqualTo(321);
        assertThat(axis.weights(0, 4)).hasSize(84).containsOnly(1f);
        assertThat(new TileGrid(axis, axis(481, 512, 64)).tileFrame(0, 0)).isEqualTo(POLICY.frame(321, 481));
    }

    @ParameterizedTest
    @CsvSource({"64", "128", "512"})
    void allTilesLieOnOneGridAndCoverTheImage(int size) {
        Random random = new Random(size);
        for (int i = 0; i < 2000; i++) {
            int length = 1 + random.nextInt(6000);
            int overlap = random.nextInt(size / 32 + 1) * 16;
            TileAxis axis = axis(length, size, overlap);
            String told = axis + ", overlap " + overlap;
            assertThat(axis.begin(0)).as(told).isZero();
            int last = axis.count() - 1;
            assertThat(axis.begin(last) + axis.tile()).as(told).isEqualTo(axis.padded());
            assertThat(axis.padded()).as(told).isBetween(length, length + 15);
            assertThat(axis.content(last)).as(told).isBetween(Math.min(length, axis.tile() - 15), axis.tile());
            for (int tile = 1; tile < axis.count(); tile++) {
                assertThat(axis.begin(tile) % 16).as(told).isZero();
                assertThat(axis.begin(tile) - axis.begin(tile - 1)).as(told).isBetween(16, size - overlap);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1000,512,0", "1000,512,256", "4000,512,64", "530,512,256", "1100,128,64", "300,64,16"})
    void weightsAreLinearInTheOverlapAndAddUpToOne(int length, int size, int overlap) {
        TileAxis axis = axis(length, size, overlap);
        double[] sum = new double[axis.padded() / 4];
        for (int tile = 0; tile < axis.count(); tile++) {
            float[] weights = axis.weights(tile, 4);
            for (int i = 0; i < weights.length; i++) {
                assertThat(weights[i]).isBetween(0f, 1f);
                sum[axis.begin(tile) / 4 + i] += weights[i];
            }
        }
        assertThat(sum).containsOnly(new double[] {1}, within(1e-6));
    }

    @Test
    void oneTileFadesIntoTheNextBetweenTheirEnds() {
        // Two tiles of 128 over 224 pixels share 32: eight samples.
        TileAxis axis = axis(224, 128, 32);
        assertThat(axis.begin(1)).isEqualTo(96);
        float[] first = axis.weights(0, 4);
        float[] second = axis.weights(1, 4);
        for (int i = 0; i < 24; i++) {
            assertThat(first[i]).isEqualTo(1);
            assertThat(second[i + 8]).isEqualTo(1);
        }
        for (int i = 0; i < 8; i++) {
            assertThat(second[i]).isEqualTo((i + 0.5f) / 8);
            assertThat(first[24 + i]).isEqualTo(1 - (i + 0.5f) / 8);
        }
    }

    @Test
    void aTileIsItsPartOfTheImage() {
        byte[] rgb = new byte[200 * 150 * 3];
        new Random(3).nextBytes(rgb);
        Raster image = new Raster(200, 150, rgb);
        TileGrid grid = TileGrid.of(new Tiling(64, 16), 200, 150, POLICY);
        assertThat(grid.count()).isEqualTo(4L * 3);
        Raster cut = grid.cut(image, 3, 2);
        int top = grid.rows().begin(3);
        int left = grid.columns().begin(2);
        assertThat(top).isEqualTo(208 - 64);
        assertThat(left).isEqualTo(160 - 64);
        assertThat(cut.height()).isEqualTo(56);
        assertThat(cut.width()).isEqualTo(54);
        for (int y = 0; y < cut.height(); y++) {
            for (int x = 0; x < cut.width(); x++) {
                assertThat(cut.rgb()[(y * cut.width() + x) * 3]).isEqualTo(rgb[((top + y) * 150 + left + x) * 3]);
            }
        }
        assertThat(grid.tileFrame(3, 2)).isEqualTo(new Frame(56, 54, 56, 54, 64, 64));
        assertThatThrownBy(() -> grid.cut(new Raster(1, 1, new byte[3]), 0, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "63,0,tile: size=63",
        "48,0,tile: size=48",
        "500,0,tile: size=500",
        "512,-16,overlap of tiles: value=-16",
        "512,272,overlap of tiles: value=272",
        "512,20,overlap of tiles: value=20"
    })
    void refusesTilesThatDontFitTheNetworksGrid(int size, int overlap, String told) {
        assertThatThrownBy(() -> new Tiling(size, overlap))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(told)
                .hasMessageContaining("expected a multiple of 16");
    }

    @Test
    void aPackThatNeedsLargerMultiplesGetsThem() {
        InputPolicy coarse = new InputPolicy(512, false, 32);
        assertThat(TileGrid.of(new Tiling(512, 64), 1000, 1000, coarse).rows().padded())
                .isEqualTo(1024);
        assertThatThrownBy(() -> TileGrid.of(new Tiling(528, 64), 1000, 1000, coarse))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("size=528, overlap=64, expected multiples of 32");
    }

    @Test
    void theUsualOverlapIsAQuarter() {
        assertThat(Tiling.of(512)).isEqualTo(new Tiling(512, 128));
        assertThat(Tiling.of(64)).isEqualTo(new Tiling(64, 16));
        assertThat(Tiling.of(400)).isEqualTo(new Tiling(400, 96));
    }

    @Test
    void anAnswerOfAnotherSideKeepsTheAspectAndTheInput() {
        Frame frame = POLICY.frame(3000, 4000);
        Resolution smaller = new Resolution(OptionalInt.of(100), Optional.empty());
        assertThat(smaller.answer(frame)).isEqualTo(new Frame(75, 100, 384, 512, 384, 512));
        assertThat(Resolution.USUAL.answer(frame)).isSameAs(frame);
        Resolution larger = new Resolution(OptionalInt.of(8000), Optional.empty());
        assertThat(larger.answer(frame).imageHeight()).isEqualTo(6000);
        assertThat(larger.answer(POLICY.frame(1, 4000)).imageHeight()).isEqualTo(2);
        assertThatThrownBy(() -> new Resolution(OptionalInt.of(15), Optional.empty()))
                .hasMessageContaining("value=15, expected at least 16");
    }
}

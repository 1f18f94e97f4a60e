package dev.facet.trainer.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.facet.core.network.Decoder;
import dev.facet.core.network.Stage;
import dev.facet.trainer.RandomBank;
import dev.facet.trainer.engine.Precision;
import dev.facet.trainer.sample.Batch;
import dev.facet.trainer.sample.BatchSource;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SidesTest {
    private static final long FILTERS = 10_994_880;

    /** One network on both sides: plain DJL trains the bank's filters besides, and nothing else more or less. */
    @ParameterizedTest
    @EnumSource(Decoder.Kind.class)
    void bothSidesTrainTheSameNetwork(Decoder.Kind decoder, @TempDir Path folder) throws Exception {
        BenchSettings settings = new BenchSettings(32, 2, decoder, 1);
        BenchFolder.write(folder, settings.task().outputs());
        try (BatchSource batches = BenchFolder.batches(settings, folder);
                FacetSide facet = new FacetSide(RandomBank.plain(4), settings, Precision.FP32, Stage.CONV1);
                PlainSide plain = new PlainSide(settings)) {
            assertThat(plain.trainedElements()).isEqualTo(facet.trainedElements() + FILTERS);
            Batch batch = batches.next();
            for (Side side : List.of(facet, plain)) {
                double first = side.step(batch);
                double second = side.step(batch);
                assertThat(first).isBetween(1.0, 6.0);
                assertThat(second).as("it learns").isNotEqualTo(first).isFinite();
            }
        }
    }

    @Test
    void figuresAreThoseOfAllBlocks() {
        var blocks =
                List.of(new SideRun.BlockTime(2, 1, 1.5, 0.1, 100, 0), new SideRun.BlockTime(2, 3, 2.5, 0.1, 300, 0));
        var figures = BenchTrainCommand.SideFigures.of(blocks, 4);
        assertThat(figures.imagesPerSecond()).isEqualTo(4);
        assertThat(figures.cpuSecondsPerStep()).isEqualTo(1);
        assertThat(figures.stepShare()).isCloseTo(0.95, within(1e-12));
        assertThat(figures.peakBytes()).isEqualTo(300);
    }

    @Test
    void aPythonThatCannotTrainIsRefusedBeforeAnythingIsMeasured(@TempDir Path folder) {
        Path script = Path.of("../..", "docs/pytorch/bench_train.py");
        assertThatThrownBy(() -> new PyTorchSide("no-such-python", script).version())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no Python: option=--pytorch, value='no-such-python'");
        // Any program that ends with an error stands for a Python without torch.
        assertThatThrownBy(() -> new PyTorchSide("false", script).version())
                .hasMessageContaining("Python without torch, numpy or Pillow");
        assertThatThrownBy(() -> new PyTorchSide("python3", folder.resolve("gone.py")).version())
                .hasMessageContaining("no such program");
        BenchSettings settings = new BenchSettings(64, 2, Decoder.Kind.DEEPLABV3PLUS, 1);
        assertThat(new PyTorchSide("python3", script)
                        .command(PyTorchSide.Variant.BF16_CHANNELS_LAST, settings, Path.of("bank"), Path.of("data")))
                .contains("--decoder=deeplabv3plus", "--precision=bf16", "--channels-last", "--size=64");
    }

    @Test
    void settingsThatCannotBeTrainedAreRefused() {
        assertThatThrownBy(() -> new BenchSettings(50, 4, Decoder.Kind.SEPARABLE, 1))
                .hasMessageContaining("size=50");
        assertThatThrownBy(() -> new BenchSettings(64, 1, Decoder.Kind.SEPARABLE, 1))
                .hasMessageContaining("batch=1");
    }
}

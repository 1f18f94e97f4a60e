package dev.facet.cli.bench;

import dev.facet.cli.sample.SyntheticImage;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.image.Frame;
import dev.facet.core.image.InputTensor;
import dev.facet.core.image.Raster;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.runtime.engine.DeviceChoice;
import dev.facet.runtime.engine.EngineOptions;
import dev.facet.runtime.engine.NetworkInput;
import java.io.PrintStream;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * What a device is checked with.
 *
 * @param device that is checked
 * @param bank the filter bank
 * @param packs at least one
 * @param side of the square inputs in pixels, a multiple of 64
 * @param rounds of each measurement
 * @param progress where lines of progress go
 */
record DeviceSetting(
        DeviceChoice device, FilterBank bank, List<ModulatorPack> packs, int side, int rounds, PrintStream progress) {
    DeviceSetting {
        packs = List.copyOf(packs);
        if (side < 64 || side % 64 != 0 || side > 2048) {
            throw new IllegalArgumentException("side: value=%d, expected a multiple of 64 up to 2048".formatted(side));
        }
        if (rounds < 1) {
            throw new IllegalArgumentException("rounds: value=%d, expected at least 1".formatted(rounds));
        }
    }

    EngineOptions options() {
        return new EngineOptions(device, 0, false);
    }

    /** A drawn image of that many pixels, normalised. */
    NetworkInput input(int height, int width, long seed) {
        FloatBuffer nchw = InputTensor.allocate(height, width);
        prepare(nchw, height, width, seed);
        return NetworkInput.of(nchw, height, width);
    }

    /** A square one. */
    NetworkInput input(long seed) {
        return input(side, side, seed);
    }

    /** Square ones with the seeds 1, 2, … */
    NetworkInput inputs(int batch) {
        FloatBuffer all = InputTensor.allocate(Math.multiplyExact(batch, side), side);
        for (int image = 0; image < batch; image++) {
            all.put(input(image + 1L).nchw().duplicate());
        }
        return new NetworkInput(all.flip(), batch, side, side);
    }

    private void prepare(FloatBuffer target, int height, int width, long seed) {
        Raster image = new Raster(height, width, SyntheticImage.draw(height, width, seed));
        InputTensor.prepare(
                image, Frame.identity(height, width), bank.manifest().input(), target);
    }

    void say(String pattern, Object... values) {
        progress.println("facet: " + pattern.formatted(values));
    }
}

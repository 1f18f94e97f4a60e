package dev.facet.cli.bench;

import dev.facet.cli.sample.SyntheticImage;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.image.Frame;
import dev.facet.core.image.InputPolicy;
import dev.facet.core.image.InputTensor;
import dev.facet.core.image.Raster;
import java.nio.FloatBuffer;

/**
 * A drawn image as the network takes it.
 *
 * @param nchw normalised, [1, 3, padded height, padded width], direct
 * @param frame its sizes
 */
record EngineInput(FloatBuffer nchw, Frame frame) {
    /** Of a square image of that side. */
    static EngineInput of(FilterBank bank, InputPolicy policy, int side) {
        Frame frame = policy.frame(side, side);
        FloatBuffer nchw = InputTensor.allocate(frame.paddedHeight(), frame.paddedWidth());
        Raster image = new Raster(side, side, SyntheticImage.draw(side, side, 1));
        InputTensor.prepare(image, frame, bank.manifest().input(), nchw);
        return new EngineInput(nchw, frame);
    }

    int height() {
        return frame.paddedHeight();
    }

    int width() {
        return frame.paddedWidth();
    }

    /** {@code 512×512}. */
    String size() {
        return "%d×%d".formatted(height(), width());
    }
}

package dev.facet.core.task;

import dev.facet.core.image.Frame;

/** The network's outputs at the image's own size, before argmax, sigmoid or normalisation. */
public final class OutputPlanes {
    private OutputPlanes() {}

    /**
     * Cuts the padding off and resizes (bilinear, half-pixel centres).
     *
     * @return {@code channels·imageHeight·imageWidth} values, CHW
     */
    public static float[] of(NetworkOutput output, Frame frame) {
        return MapResize.planes(output, MapSampling.rows(output, frame), MapSampling.columns(output, frame));
    }
}

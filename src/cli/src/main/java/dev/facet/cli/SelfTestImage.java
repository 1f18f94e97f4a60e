package dev.facet.cli;

import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;

/** The picture that imported packs carry as their self-test: colour waves and edges, made by formula, nobody's photo. */
final class SelfTestImage {
    private static final int SIDE = 64;

    private SelfTestImage() {}

    /** uint8 [64, 64, 3]. */
    static Tensor create() {
        byte[] rgb = new byte[SIDE * SIDE * 3];
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                int square = (x / 16 + y / 16) % 2 * 90;
                for (int channel = 0; channel < 3; channel++) {
                    // Integers only: the same bytes on every machine.
                    int wave = (x * (channel + 2) + y * (5 - channel)) % 128;
                    rgb[(y * SIDE + x) * 3 + channel] = (byte) (square + (wave < 64 ? wave : 127 - wave) * 2);
                }
            }
        }
        return Tensor.ofBytes(new Shape(SIDE, SIDE, 3), rgb);
    }
}

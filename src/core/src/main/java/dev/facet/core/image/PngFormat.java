package dev.facet.core.image;

/** The pictures that are written as PNG, and how many bytes a pixel has: samples of 16 bits are big-endian. */
public enum PngFormat {
    GREY8(8, 0, 1),
    GREY16(16, 0, 2),
    RGB8(8, 2, 3),
    RGB16(16, 2, 6),
    /** Indices into a palette. */
    PALETTE8(8, 3, 1);

    private final int bits;
    private final int colorType;
    private final int pixelBytes;

    PngFormat(int bits, int colorType, int pixelBytes) {
        this.bits = bits;
        this.colorType = colorType;
        this.pixelBytes = pixelBytes;
    }

    int bits() {
        return bits;
    }

    int colorType() {
        return colorType;
    }

    /** Bytes of a pixel before compression. */
    public int pixelBytes() {
        return pixelBytes;
    }
}

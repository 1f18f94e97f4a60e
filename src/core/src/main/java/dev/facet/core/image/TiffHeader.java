package dev.facet.core.image;

/**
 * What the first page of a TIFF is (TIFF 6.0, sections 3 … 8 and 13 … 15), checked before anything is decoded: its pieces, strips or
 * tiles, lie in the file, and nothing is larger than the picture.
 */
final class TiffHeader {
    static final int NONE = 1;
    static final int LZW = 5;
    static final int DEFLATE = 8;
    static final int PACK_BITS = 32773;

    static final int WHITE_IS_ZERO = 0;
    static final int RGB = 2;
    static final int PALETTE = 3;

    private static final int OLD_DEFLATE = 32946;
    private static final int STRIP_OFFSETS = 273;
    private static final int STRIP_BYTES = 279;
    private static final int TILE_OFFSETS = 324;
    private static final int TILE_BYTES = 325;
    private static final int COLOR_MAP = 320;
    private static final int EXTRA_SAMPLES = 338;
    private static final int ICC = 34675;
    private static final int DNG_VERSION = 50706;

    private static final int MAX_SAMPLES = 8;
    /** A tile may be larger than a small picture. */
    private static final long MAX_TILE_PIXELS = 1 << 22;

    private static final int TILE_MULTIPLE = 16;

    private final byte[] bytes;
    private final TiffDirectory directory;
    private final boolean tiled;

    final int height;
    final int width;
    final int bits;
    final int samples;
    final int compression;
    final int photometric;
    final boolean predicted;
    /** Each sample in pieces of its own. */
    final boolean separate;

    final int pieceHeight;
    final int pieceWidth;

    private TiffHeader(byte[] bytes, ImageLimits limits) {
        this.bytes = bytes;
        this.directory = TiffDirectory.read(bytes);
        refuseRaw();
        height = extent(257);
        width = extent(256);
        limits.check(height, width);
        samples = (int) directory.first(277, 1);
        bits = (int) directory.first(258, 1);
        int written = (int) directory.first(259, NONE);
        compression = written == OLD_DEFLATE ? DEFLATE : written;
        photometric = directory.has(262) ? (int) directory.value(262, 0) : -1;
        long prediction = directory.first(317, 1);
        predicted = prediction == 2;
        separate = directory.first(284, 1) == 2 && samples > 1;
        tiled = directory.has(TILE_OFFSETS);
        checkKind(prediction);
        pieceHeight = tiled ? extent(323) : (int) Math.min(height, Math.max(1, directory.first(278, height)));
        pieceWidth = tiled ? extent(322) : width;
        checkPieces();
    }

    /**
     * Reads the header of a file that {@link TiffDirectory#isTiff}.
     *
     * @throws ImageException if it is damaged, or of a kind that isn't read
     */
    static TiffHeader read(byte[] bytes, ImageLimits limits) {
        return new TiffHeader(bytes, limits);
    }

    /** Cameras' own formats are TIFFs whose first page is a thumbnail. */
    private void refuseRaw() {
        boolean canon = bytes.length > 10 && bytes[8] == 'C' && bytes[9] == 'R';
        if (directory.has(DNG_VERSION) || canon || (directory.first(254, 0) & 1) != 0) {
            throw TiffDirectory.unsupported("raw image of a camera");
        }
    }

    private int extent(int tag) {
        long extent = directory.has(tag) ? directory.value(tag, 0) : 0;
        if (extent < 1 || extent > Integer.MAX_VALUE) {
            throw TiffDirectory.corrupt("entry %d: value=%d, expected an extent".formatted(tag, extent));
        }
        return (int) extent;
    }

    private void checkKind(long prediction) {
        int colors = photometric == RGB ? 3 : 1;
        if (photometric < 0 || photometric > PALETTE) {
            throw TiffDirectory.unsupported(
                    switch (photometric) {
                        case 5 -> "CMYK TIFF";
                        case 6 -> "YCbCr TIFF";
                        case 8, 9, 10 -> "Lab TIFF";
                        default -> "TIFF of photometric interpretation %d".formatted(photometric);
                    });
        }
        if (samples < colors || samples > MAX_SAMPLES) {
            throw TiffDirectory.unsupported("TIFF of %d samples a pixel".formatted(samples));
        }
        boolean packed = colors == 1 && samples == 1 && (bits == 1 || bits == 2 || bits == 4);
        if (!packed && bits != 8 && (bits != 16 || photometric == PALETTE)) {
            throw TiffDirectory.unsupported("TIFF of %d samples of %d bits".formatted(samples, bits));
        }
        for (int i = 1; i < directory.count(258); i++) {
            if (directory.value(258, i) != bits) {
                throw TiffDirectory.unsupported("TIFF of samples of different bits");
            }
        }
        for (int i = 0; i < directory.count(339); i++) {
            if (directory.value(339, i) != 1) {
                throw TiffDirectory.unsupported("TIFF of signed or floating samples");
            }
        }
        if (compression != NONE && compression != LZW && compression != DEFLATE && compression != PACK_BITS) {
            throw TiffDirectory.unsupported(
                    switch (compression) {
                        case 2, 3, 4 -> "TIFF of fax compression";
                        case 6, 7 -> "TIFF of JPEG compression";
                        default -> "TIFF of compression %d".formatted(compression);
                    });
        }
        if (prediction > 2 || (predicted && bits < 8) || directory.first(266, 1) != 1) {
            throw TiffDirectory.unsupported("TIFF of this prediction or order of bits");
        }
        if (photometric == PALETTE && directory.count(COLOR_MAP) != 3 << bits) {
            throw TiffDirectory.corrupt(
                    "palette of %d values, expected %d".formatted(directory.count(COLOR_MAP), 3 << bits));
        }
    }

    private void checkPieces() {
        long pixels = (long) pieceHeight * pieceWidth;
        if (tiled && (pieceHeight % TILE_MULTIPLE != 0 || pieceWidth % TILE_MULTIPLE != 0)) {
            throw TiffDirectory.corrupt(
                    "tiles of %d×%d, expected multiples of %d".formatted(pieceHeight, pieceWidth, TILE_MULTIPLE));
        }
        if (pixels > Math.max(MAX_TILE_PIXELS, (long) height * width)) {
            throw TiffDirectory.corrupt("tiles of %d×%d".formatted(pieceHeight, pieceWidth));
        }
        long expected = (long) down() * across() * parts();
        int offsets = directory.count(tiled ? TILE_OFFSETS : STRIP_OFFSETS);
        int sizes = directory.count(tiled ? TILE_BYTES : STRIP_BYTES);
        if (offsets < expected || sizes < expected) {
            throw TiffDirectory.corrupt("%d pieces, expected %d".formatted(Math.min(offsets, sizes), expected));
        }
        for (int i = 0; i < expected; i++) {
            long begin = begin(i);
            long size = directory.value(tiled ? TILE_BYTES : STRIP_BYTES, i);
            if (begin > bytes.length || size > bytes.length - begin) {
                throw TiffDirectory.corrupt("piece %d reaches beyond the file".formatted(i));
            }
        }
    }

    /** Pieces of a column. */
    int down() {
        return (height - 1) / pieceHeight + 1;
    }

    /** Pieces of a row. */
    int across() {
        return (width - 1) / pieceWidth + 1;
    }

    /** Pieces for the same pixels, one for each sample. */
    int parts() {
        return separate ? samples : 1;
    }

    /** Samples of a pixel in a piece. */
    int together() {
        return separate ? 1 : samples;
    }

    /** Where a piece's data begin. */
    private long begin(int piece) {
        return directory.value(tiled ? TILE_OFFSETS : STRIP_OFFSETS, piece);
    }

    /** Begin and length of a piece's data. */
    int[] place(int piece) {
        return new int[] {(int) begin(piece), (int) directory.value(tiled ? TILE_BYTES : STRIP_BYTES, piece)};
    }

    /** Rows that a piece has: the last strip ends with the picture, the last tile doesn't. */
    int rows(int row) {
        return tiled ? pieceHeight : Math.min(pieceHeight, height - row * pieceHeight);
    }

    /** Bytes of a piece's row. */
    int rowBytes() {
        return (int) (((long) pieceWidth * together() * bits + 7) / 8);
    }

    /** 0 none, 1 colours are multiplied by it, 2 they aren't. */
    int alpha() {
        int colors = photometric == RGB ? 3 : 1;
        return samples > colors && directory.has(EXTRA_SAMPLES) ? (int) directory.value(EXTRA_SAMPLES, 0) : 0;
    }

    /** Colours 0xRRGGBB, by index. */
    int[] palette() {
        int size = 1 << bits;
        int[] palette = new int[size];
        for (int i = 0; i < size; i++) {
            for (int channel = 0; channel < 3; channel++) {
                palette[i] = palette[i] << 8 | (int) directory.value(COLOR_MAP, channel * size + i) >> 8;
            }
        }
        return palette;
    }

    boolean isLittleEndian() {
        return directory.isLittleEndian();
    }

    /** The colour profile; empty where there is none. */
    byte[] profile() {
        return directory.bytes(ICC, IccTags.MAX_BYTES);
    }

    /** Heap that decoding needs at most: the raster and a piece. */
    long decodingBytes() {
        return 3L * height * width + (long) pieceHeight * (((long) pieceWidth * together() * bits + 7) / 8) * parts();
    }
}

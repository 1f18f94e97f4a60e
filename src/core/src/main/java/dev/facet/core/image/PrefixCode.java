package dev.facet.core.image;

/**
 * A prefix code of a lossless WebP (RFC 9649, 3.7.2): canonical, of up to 15 bits. A table of the first bits finds most symbols; longer
 * codes are found by their length.
 */
final class PrefixCode {
    private static final int MAX_LENGTH = 15;
    private static final int TABLE_BITS = 8;

    /** Symbols in the order of their codes. */
    private final short[] symbols;
    /** By the next bits: symbol and length; 0 where the code is longer. */
    private final int[] table;

    private final int tableBits;
    /** Of each length: the first code, and the place of its symbol. */
    private final int[] firstCode;

    private final int[] firstPlace;
    private final int[] counts;

    private PrefixCode(short[] symbols, int[] table, int tableBits, int[][] lengths) {
        this.symbols = symbols;
        this.table = table;
        this.tableBits = tableBits;
        this.counts = lengths[0];
        this.firstCode = lengths[1];
        this.firstPlace = lengths[2];
    }

    /** A code of one symbol, which takes no bits. */
    private static PrefixCode of(int symbol) {
        return new PrefixCode(new short[] {(short) symbol}, new int[] {symbol << 4}, 0, new int[3][]);
    }

    /**
     * The code whose symbols have these lengths, 0 for those that don't appear.
     *
     * @throws ImageException if there is no such code
     */
    static PrefixCode of(byte[] lengths, int size) {
        int[] counts = new int[MAX_LENGTH + 1];
        int used = 0;
        int only = 0;
        for (int symbol = 0; symbol < size; symbol++) {
            if (lengths[symbol] > 0) {
                counts[lengths[symbol]]++;
                used++;
                only = symbol;
            }
        }
        if (used == 1) {
            return of(only);
        }
        int[] firstCode = new int[MAX_LENGTH + 1];
        int[] firstPlace = new int[MAX_LENGTH + 1];
        int code = 0;
        int longest = 0;
        for (int length = 1; length <= MAX_LENGTH; length++) {
            code = code + counts[length - 1] << 1;
            firstCode[length] = code;
            firstPlace[length] = firstPlace[length - 1] + counts[length - 1];
            if (counts[length] > 0) {
                longest = length;
            }
            if (code + counts[length] > 1 << length) {
                throw incomplete();
            }
        }
        if (code + counts[MAX_LENGTH] != 1 << MAX_LENGTH) {
            throw incomplete();
        }
        int[] next = firstPlace.clone();
        short[] symbols = new short[used];
        for (int symbol = 0; symbol < size; symbol++) {
            if (lengths[symbol] > 0) {
                symbols[next[lengths[symbol]]++] = (short) symbol;
            }
        }
        int tableBits = Math.min(TABLE_BITS, longest);
        int[] table = new int[1 << tableBits];
        for (int length = 1; length <= tableBits; length++) {
            for (int i = 0; i < counts[length]; i++) {
                int reversed = Integer.reverse(firstCode[length] + i) >>> 32 - length;
                int entry = (symbols[firstPlace[length] + i] & 0xFFFF) << 4 | length;
                for (int at = reversed; at < table.length; at += 1 << length) {
                    table[at] = entry;
                }
            }
        }
        return new PrefixCode(symbols, table, tableBits, new int[][] {counts, firstCode, firstPlace});
    }

    /** The next symbol. */
    int read(Vp8lBits bits) {
        long next = bits.peek();
        int entry = table[(int) next & (1 << tableBits) - 1];
        if (entry != 0 || tableBits == 0) {
            bits.skip(entry & 0xF);
            return entry >>> 4;
        }
        int code = 0;
        for (int length = 1; length <= MAX_LENGTH; length++) {
            code = code << 1 | (int) (next >>> length - 1) & 1;
            int place = code - firstCode[length];
            if (place >= 0 && place < counts[length]) {
                bits.skip(length);
                return symbols[firstPlace[length] + place] & 0xFFFF;
            }
        }
        throw incomplete();
    }

    /** Memory that it takes, about. */
    int bytes() {
        return 128 + 4 * table.length + 2 * symbols.length + (counts == null ? 0 : 240);
    }

    private static ImageException incomplete() {
        return new ImageException(ImageFault.CORRUPT, "damaged WebP: a prefix code that isn't complete");
    }
}

package dev.facet.core.encoding;

import java.util.function.IntPredicate;

/**
 * COCO's run lengths of a mask: pixels column by column, counts of zeros and ones in turn, zeros first, as the string of
 * COCO's API (six bits a character, differences to the count before the last one).
 */
final class RunLengths {
    private RunLengths() {}

    /**
     * @param mask whether the pixel at that row-major index is set
     */
    static String encode(int height, int width, IntPredicate mask) {
        StringBuilder text = new StringBuilder();
        long[] previous = new long[3];
        int runs = 0;
        boolean set = false;
        long run = 0;
        for (int x = 0; x < width; x++) {
            for (int index = x; index < height * width; index += width) {
                if (mask.test(index) != set) {
                    append(text, run, previous, runs++);
                    set = !set;
                    run = 0;
                }
                run++;
            }
        }
        append(text, run, previous, runs);
        return text.toString();
    }

    private static void append(StringBuilder text, long run, long[] previous, int index) {
        // previous[k] holds the count of run k mod 3: run i − 2 is subtracted from the fourth run on.
        long value = index > 2 ? run - previous[(index - 2) % 3] : run;
        previous[index % 3] = run;
        boolean more = true;
        while (more) {
            long bits = value & 0x1F;
            value >>= 5;
            more = (bits & 0x10) != 0 ? value != -1 : value != 0;
            text.append((char) ((more ? bits | 0x20 : bits) + 48));
        }
    }
}

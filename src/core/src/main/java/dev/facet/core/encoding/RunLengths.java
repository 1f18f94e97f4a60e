package dev.facet.core.encoding;

/**
 * COCO's run lengths of a mask: pixels column by column, counts of zeros and ones in turn, zeros first, as the string of
 * COCO's API (ASCII, six bits a character, differences to the count before the last one).
 */
final class RunLengths {
    private final ChunkedOutput text = new ChunkedOutput();
    private final long[] previous = new long[3];
    private int runs;
    private int end;
    private int set;

    /** The next run of set pixels, counted column by column; it begins beyond the end of the one before. */
    void add(int begin, int length) {
        append(begin - end);
        append(length);
        end = begin + length;
        set += length;
    }

    /** Set pixels so far. */
    int pixels() {
        return set;
    }

    /** The text of a mask of that many pixels; nothing can be added any more. */
    Content finish(int pixels) {
        if (end < pixels || runs == 0) {
            append(pixels - end);
        }
        return text.finish();
    }

    /** The masks of all classes in one walk over the map; null for a class without pixels. */
    static RunLengths[] ofClasses(int height, int width, byte[] ids, int classes) {
        RunLengths[] masks = new RunLengths[classes];
        int begin = 0;
        int id = ids[0] & 0xFF;
        int at = 0;
        for (int x = 0; x < width; x++) {
            for (int index = x; index < ids.length; index += width) {
                int next = ids[index] & 0xFF;
                if (next != id) {
                    mask(masks, id).add(begin, at - begin);
                    begin = at;
                    id = next;
                }
                at++;
            }
        }
        mask(masks, id).add(begin, height * width - begin);
        return masks;
    }

    private static RunLengths mask(RunLengths[] masks, int id) {
        if (masks[id] == null) {
            masks[id] = new RunLengths();
        }
        return masks[id];
    }

    private void append(long run) {
        // previous[k] holds the count of run k mod 3: run i − 2 is subtracted from the fourth run on.
        long value = runs > 2 ? run - previous[(runs - 2) % 3] : run;
        previous[runs++ % 3] = run;
        boolean more = true;
        while (more) {
            long bits = value & 0x1F;
            value >>= 5;
            more = (bits & 0x10) != 0 ? value != -1 : value != 0;
            text.write((int) (more ? bits | 0x20 : bits) + 48);
        }
    }
}

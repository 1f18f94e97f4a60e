package dev.facet.trainer;

/**
 * Colours of classes: the bit-shuffled map of PASCAL VOC (Everingham et al., IJCV 88(2), 2010), from its second entry on; a class
 * that is called background has its first, black.
 */
final class Palette {
    private Palette() {}

    /** {@code #rrggbb} of a class. */
    static String color(String name, int index) {
        if (name.equals("background")) {
            return "#000000";
        }
        int red = 0;
        int green = 0;
        int blue = 0;
        int bits = index + 1;
        for (int shift = 7; bits != 0; shift--, bits >>= 3) {
            red |= (bits & 1) << shift;
            green |= (bits >> 1 & 1) << shift;
            blue |= (bits >> 2 & 1) << shift;
        }
        return "#%02x%02x%02x".formatted(red, green, blue);
    }
}

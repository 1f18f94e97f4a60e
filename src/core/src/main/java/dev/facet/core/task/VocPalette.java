package dev.facet.core.task;

/** The colours of PASCAL VOC's label maps (Everingham et al., IJCV 88(2), 2010). */
public final class VocPalette {
    private VocPalette() {}

    /** {@code #rrggbb} of an index from 0, black: its bits, dealt to red, green and blue from the top. */
    public static String color(int index) {
        int[] rgb = new int[3];
        int rest = index;
        for (int bit = 7; bit >= 0 && rest != 0; bit--, rest >>= 3) {
            for (int channel = 0; channel < 3; channel++) {
                rgb[channel] |= (rest >> channel & 1) << bit;
            }
        }
        return "#%02x%02x%02x".formatted(rgb[0], rgb[1], rgb[2]);
    }
}

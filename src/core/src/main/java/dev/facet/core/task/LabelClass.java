package dev.facet.core.task;

/**
 * One class of a label map.
 *
 * @param name for people
 * @param color {@code #rrggbb}, its colour in the palette
 */
public record LabelClass(String name, String color) {
    public LabelClass {
        if (name == null || name.isBlank() || name.length() > 100) {
            throw new IllegalArgumentException("class name: value='%s', expected=1..100 characters".formatted(name));
        }
        if (color == null || !color.matches("#[0-9a-f]{6}")) {
            throw new IllegalArgumentException("class color: value='%s', expected=#rrggbb".formatted(color));
        }
    }

    /** The colour as 0xRRGGBB. */
    public int rgb() {
        return Integer.parseInt(color.substring(1), 16);
    }
}

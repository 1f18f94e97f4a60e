package dev.facet.core.task;

import dev.facet.core.image.Frame;

/** A network's map, or some rows of it, resized to an answer's size when rows are asked for. Thread-safe. */
public final class MapResize {
    private final NetworkOutput output;
    private final MapSampling rows;
    private final MapSampling columns;

    MapResize(NetworkOutput output, MapSampling rows, MapSampling columns) {
        this.output = output;
        this.rows = rows;
        this.columns = columns;
    }

    /** To the image's size; what is padding isn't read. */
    static MapResize toImage(NetworkOutput output, Frame frame) {
        return new MapResize(
                output, MapSampling.rows(output.height(), frame), MapSampling.columns(output.width(), frame));
    }

    NetworkOutput output() {
        return output;
    }

    MapSampling rowSampling() {
        return rows;
    }

    MapSampling columnSampling() {
        return columns;
    }

    int height() {
        return rows.length();
    }

    int width() {
        return columns.length();
    }

    /** {@code count} rows of one channel from row {@code first} on. */
    float[] rows(int channel, int first, int count) {
        float[] values = new float[Math.multiplyExact(count, width())];
        copyRows(channel, first, count, values, 0);
        return values;
    }

    /** All channels, CHW. */
    float[] planes() {
        int plane = Math.multiplyExact(height(), width());
        float[] planes = new float[Math.multiplyExact(output.channels(), plane)];
        for (int channel = 0; channel < output.channels(); channel++) {
            copyRows(channel, 0, height(), planes, channel * plane);
        }
        return planes;
    }

    private void copyRows(int channel, int first, int count, float[] target, int offset) {
        float[] line = new float[output.width()];
        for (int y = 0; y < count; y++) {
            blend(output, channel, rows, first + y, line, 0);
            stretch(line, target, offset + y * width());
        }
    }

    private void stretch(float[] line, float[] target, int offset) {
        int[] low = columns.low();
        int[] high = columns.high();
        float[] fraction = columns.fraction();
        for (int x = 0; x < low.length; x++) {
            float left = line[low[x]];
            target[offset + x] = left + (line[high[x]] - left) * fraction[x];
        }
    }

    /** The map's line of a channel at answer row y. */
    static void blend(NetworkOutput output, int channel, MapSampling rows, int y, float[] line, int offset) {
        float[] values = output.values();
        int width = output.width();
        int plane = channel * output.height() * width;
        int upper = plane + rows.low()[y] * width;
        int lower = plane + rows.high()[y] * width;
        float fraction = rows.fraction()[y];
        for (int x = 0; x < width; x++) {
            float top = values[upper + x];
            line[offset + x] = top + (values[lower + x] - top) * fraction;
        }
    }
}

package dev.facet.core.task;

/** Resizes a network's map, one plane row at a time. */
final class MapResize {
    /** Takes one finished row of one channel. */
    @FunctionalInterface
    interface RowSink {
        void accept(int y, float[] row);
    }

    private MapResize() {}

    static void rows(NetworkOutput output, int channel, MapSampling rows, MapSampling columns, RowSink sink) {
        float[] line = new float[output.width()];
        float[] row = new float[columns.length()];
        int plane = channel * output.height() * output.width();
        for (int y = 0; y < rows.length(); y++) {
            blend(output.values(), plane, output.width(), rows, y, line);
            stretch(line, columns, row);
            sink.accept(y, row);
        }
    }

    /** The map's line at answer row y. */
    static void blend(float[] values, int plane, int width, MapSampling rows, int y, float[] line) {
        int upper = plane + rows.low()[y] * width;
        int lower = plane + rows.high()[y] * width;
        float fraction = rows.fraction()[y];
        for (int x = 0; x < width; x++) {
            float top = values[upper + x];
            line[x] = top + (values[lower + x] - top) * fraction;
        }
    }

    static void stretch(float[] line, MapSampling columns, float[] row) {
        int[] low = columns.low();
        int[] high = columns.high();
        float[] fraction = columns.fraction();
        for (int x = 0; x < row.length; x++) {
            float left = line[low[x]];
            row[x] = left + (line[high[x]] - left) * fraction[x];
        }
    }

    /** All channels resized to {@code height×width}, CHW. */
    static float[] planes(NetworkOutput output, MapSampling rows, MapSampling columns) {
        int height = rows.length();
        int width = columns.length();
        float[] planes = new float[Math.multiplyExact(Math.multiplyExact(output.channels(), height), width)];
        for (int channel = 0; channel < output.channels(); channel++) {
            int offset = channel * height * width;
            rows(
                    output,
                    channel,
                    rows,
                    columns,
                    (y, row) -> System.arraycopy(row, 0, planes, offset + y * width, width));
        }
        return planes;
    }
}

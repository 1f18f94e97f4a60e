package dev.facet.core.task;

import dev.facet.core.image.Frame;
import dev.facet.core.image.TileGrid;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Makes one map of the maps of an image's tiles, a row of tiles after another: a sample is the sum of those of the tiles that cover
 * it, each times its weight down and its weight across ({@link dev.facet.core.image.TileAxis#weights}), added in the order of the
 * tiles. The blend is of the network's output, before argmax, sigmoid or normalisation.
 *
 * <p>Of the whole map, only as many rows are held as a tile has, and one. Not thread-safe.
 */
public final class TileBlending {
    private final TileGrid grid;
    private final int stride;
    private final int channels;
    private final int mapWidth;
    private final int windowRows;
    private final NetworkOutput window;
    private final MapSampling rows;
    private final MapSampling columns;
    private int windowBegin;
    private int mapRowsDone;
    private int answerRowsDone;

    /**
     * Begins a map.
     *
     * @param frame where the answer's pixels lie in what the tiles cover: the grid's own, or seen at another size
     */
    public TileBlending(TileGrid grid, int channels, Frame frame) {
        this.grid = grid;
        this.stride = NetworkOutput.STRIDE;
        this.channels = channels;
        this.mapWidth = grid.columns().padded() / stride;
        this.windowRows = grid.rows().tile() / stride + 1;
        this.window = new NetworkOutput(channels, windowRows, mapWidth, new float[values(grid, channels)]);
        this.rows = MapSampling.rows(grid.rows().padded() / stride, frame);
        this.columns = MapSampling.columns(mapWidth, frame);
    }

    private static int values(TileGrid grid, int channels) {
        int plane = Math.multiplyExact(
                grid.rows().tile() / NetworkOutput.STRIDE + 1, grid.columns().padded() / NetworkOutput.STRIDE);
        return Math.multiplyExact(channels, plane);
    }

    /** Bytes that a map of that many channels holds while it is made, and the class of each of its samples. */
    public static long heldBytes(TileGrid grid, int channels) {
        long samples = (long) (grid.rows().tile() / NetworkOutput.STRIDE + 1)
                * (grid.columns().padded() / NetworkOutput.STRIDE);
        return samples * (channels * (long) Float.BYTES + 1);
    }

    /** Adds what the network gave for a tile; all of a row of tiles come before {@link #finishRow} ends it. */
    public void add(int row, int column, NetworkOutput tile) {
        float[] down = grid.rows().weights(row, stride);
        float[] across = grid.columns().weights(column, stride);
        if (tile.channels() != channels || tile.height() != down.length || tile.width() != across.length) {
            throw new IllegalArgumentException("map of a tile: shape=[%d, %d, %d], expected [%d, %d, %d]"
                    .formatted(tile.channels(), tile.height(), tile.width(), channels, down.length, across.length));
        }
        int top = grid.rows().begin(row) / stride - windowBegin;
        int left = grid.columns().begin(column) / stride;
        float[] target = window.values();
        float[] source = tile.values();
        int from = 0;
        for (int channel = 0; channel < channels; channel++) {
            for (int y = 0; y < down.length; y++) {
                int to = (channel * windowRows + top + y) * mapWidth + left;
                for (float weight : across) {
                    target[to++] += down[y] * weight * source[from++];
                }
            }
        }
    }

    /**
     * Ends a row of tiles: what no further tile changes is given to {@code taker}, who may read it until it returns.
     */
    public void finishRow(int row, Consumer<Strip> taker) {
        boolean last = row == grid.rows().count() - 1;
        int mapEnd = (last ? grid.rows().padded() : grid.rows().begin(row + 1)) / stride;
        int answerEnd = answerRowsDone;
        while (answerEnd < rows.length() && rows.high()[answerEnd] < mapEnd) {
            answerEnd++;
        }
        taker.accept(new Strip(answerRowsDone, answerEnd, mapRowsDone, mapEnd));
        answerRowsDone = answerEnd;
        mapRowsDone = mapEnd;
        if (!last) {
            // The answer's next row may lie between the map's last complete row and the next.
            moveTo(mapEnd - 1);
        }
    }

    private void moveTo(int begin) {
        int moved = (begin - windowBegin) * mapWidth;
        int plane = windowRows * mapWidth;
        float[] values = window.values();
        for (int end = plane; end <= values.length; end += plane) {
            System.arraycopy(values, end - plane + moved, values, end - plane, plane - moved);
            Arrays.fill(values, end - moved, end, 0);
        }
        windowBegin = begin;
    }

    /** Complete rows of the map, and the answer's rows that lie in them. */
    public final class Strip {
        private final int answerBegin;
        private final int answerEnd;
        private final int mapBegin;
        private final int mapEnd;

        private Strip(int answerBegin, int answerEnd, int mapBegin, int mapEnd) {
            this.answerBegin = answerBegin;
            this.answerEnd = answerEnd;
            this.mapBegin = mapBegin;
            this.mapEnd = mapEnd;
        }

        /** The answer's first row. */
        public int first() {
            return answerBegin;
        }

        /** Rows of the answer; may be 0. */
        public int count() {
            return answerEnd - answerBegin;
        }

        /** The answer's rows, row {@link #first} as row 0; as {@link TaskKind#rows(MapResize, double)}. */
        public PredictionRows rows(TaskKind task, double leastProbability) {
            MapResize map = new MapResize(window, rows.part(answerBegin, answerEnd, windowBegin), columns);
            return task.rows(map, leastProbability);
        }

        /** Copies the map's rows to where they lie in the whole map. */
        public void copyTo(NetworkOutput whole) {
            for (int channel = 0; channel < channels; channel++) {
                System.arraycopy(
                        window.values(),
                        (channel * windowRows + mapBegin - windowBegin) * mapWidth,
                        whole.values(),
                        (channel * whole.height() + mapBegin) * mapWidth,
                        (mapEnd - mapBegin) * mapWidth);
            }
        }
    }
}

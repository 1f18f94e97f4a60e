package dev.facet.evaluation.boundary;

import java.util.Arrays;

/**
 * Which detected pixels may be matched to which pixels of a truth: those within a distance. Compressed rows over one list of
 * nodes, first the detected pixels (0 … detected−1), then the truth's; every edge is stored at both of its ends.
 *
 * @param detected number of detected pixels
 * @param truth number of pixels of the truth
 * @param start edges of node n are {@code start[n] … start[n + 1]−1}
 * @param neighbour node at the other end, by edge
 * @param squaredDistance by edge
 */
record PixelGraph(int detected, int truth, int[] start, int[] neighbour, int[] squaredDistance) {
    /**
     * Builds the graph.
     *
     * @param detectedPixels row-major positions, ascending
     * @param truthMap {@code height·width}, not 0 is set
     * @param maxDistance in pixels, that included
     */
    static PixelGraph of(int[] detectedPixels, byte[] truthMap, int height, int width, double maxDistance) {
        int[] truthNode = new int[truthMap.length];
        int truth = 0;
        for (int i = 0; i < truthMap.length; i++) {
            truthNode[i] = truthMap[i] != 0 ? detectedPixels.length + truth++ : -1;
        }
        int radius = (int) Math.min(Math.floor(maxDistance), Math.max(height, width));
        double bound = maxDistance * maxDistance;
        int nodes = detectedPixels.length + truth;
        int[] from = new int[1024];
        int[] to = new int[1024];
        int[] distance = new int[1024];
        int edges = 0;
        int[] start = new int[nodes + 1];
        for (int node = 0; node < detectedPixels.length; node++) {
            int y = detectedPixels[node] / width;
            int x = detectedPixels[node] % width;
            for (int row = Math.max(0, y - radius); row <= Math.min(height - 1, y + radius); row++) {
                for (int column = Math.max(0, x - radius); column <= Math.min(width - 1, x + radius); column++) {
                    int other = truthNode[row * width + column];
                    int squared = (row - y) * (row - y) + (column - x) * (column - x);
                    if (other < 0 || squared > bound) {
                        continue;
                    }
                    if (edges == from.length) {
                        from = Arrays.copyOf(from, edges * 2);
                        to = Arrays.copyOf(to, edges * 2);
                        distance = Arrays.copyOf(distance, edges * 2);
                    }
                    from[edges] = node;
                    to[edges] = other;
                    distance[edges++] = squared;
                    start[node + 1]++;
                    start[other + 1]++;
                }
            }
        }
        for (int node = 0; node < nodes; node++) {
            start[node + 1] += start[node];
        }
        int[] next = Arrays.copyOf(start, nodes);
        int[] neighbour = new int[2 * edges];
        int[] squaredDistance = new int[2 * edges];
        for (int edge = 0; edge < edges; edge++) {
            neighbour[next[from[edge]]] = to[edge];
            squaredDistance[next[from[edge]]++] = distance[edge];
            neighbour[next[to[edge]]] = from[edge];
            squaredDistance[next[to[edge]]++] = distance[edge];
        }
        return new PixelGraph(detectedPixels.length, truth, start, neighbour, squaredDistance);
    }

    int nodes() {
        return detected + truth;
    }
}

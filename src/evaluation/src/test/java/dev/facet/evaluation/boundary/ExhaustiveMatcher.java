package dev.facet.evaluation.boundary;

/** Tries every matching: most pairs, then least distance, then least sum of the numbers of the matched. */
final class ExhaustiveMatcher {
    private final PixelGraph graph;
    private final boolean[] present;
    private final boolean[] used;
    private final boolean[] matched;

    private boolean[] bestMatched;
    private int size = -1;
    private double distance;
    private int numbers;

    ExhaustiveMatcher(PixelGraph graph, boolean[] present) {
        this.graph = graph;
        this.present = present;
        used = new boolean[graph.nodes()];
        matched = new boolean[graph.detected()];
        search(0, 0, 0, 0);
    }

    int size() {
        return size;
    }

    double distance() {
        return distance;
    }

    boolean isMatched(int pixel) {
        return bestMatched[pixel];
    }

    private void search(int node, int pairs, double sum, int numberSum) {
        if (pairs + graph.detected() - node < size) {
            return;
        }
        if (node == graph.detected()) {
            boolean nearer = sum < distance - 1e-9;
            boolean first = Math.abs(sum - distance) < 1e-9 && numberSum < numbers;
            if (pairs > size || pairs == size && (nearer || first)) {
                size = pairs;
                distance = sum;
                numbers = numberSum;
                bestMatched = matched.clone();
            }
            return;
        }
        for (int edge = graph.start()[node]; present[node] && edge < graph.start()[node + 1]; edge++) {
            int other = graph.neighbour()[edge];
            if (!used[other]) {
                used[other] = true;
                matched[node] = true;
                search(node + 1, pairs + 1, sum + Math.sqrt(graph.squaredDistance()[edge]), numberSum + node);
                matched[node] = false;
                used[other] = false;
            }
        }
        search(node + 1, pairs, sum, numberSum);
    }
}

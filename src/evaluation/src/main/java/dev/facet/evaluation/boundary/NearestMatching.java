package dev.facet.evaluation.boundary;

import java.util.Arrays;

/**
 * A one-to-one matching between detected pixels, which come and go, and the pixels of one truth. After every step it is
 * optimal: of all matchings with the most pairs one of the least total distance, and of these the one whose detected pixels
 * come first (the least sum of their numbers). Not thread-safe.
 *
 * <p>Which detected pixels are matched is unique, so it doesn't depend on the order of the steps: going through thresholds
 * one by one gives what starting anew at each of them gives. (Two optimal matchings differ by alternating paths and cycles,
 * each of which costs nothing; one that ended in two different detected pixels would change the sum of the numbers.)
 *
 * <p>Method: minimum-cost bipartite matching by shortest augmenting paths, kept up to date (Edmonds and Karp 1972; Toroslu and
 * Üçoluk, Incremental assignment problem, Information Sciences 177, 2007). The cost of a pair is
 * {@code round(distance·2^s)·detected + number − M} with M above any sum of the rest, so that more pairs always win. Each node
 * has a potential p ≤ 0 with p(a) + p(b) ≤ cost(a, b), equal for matched pairs, and p = 0 for nodes that are free: by linear
 * programming duality the matching is optimal then. A pixel that comes, or the truth's pixel that loses its partner, gets the
 * largest potential that its neighbours allow, and Dijkstra's algorithm over reduced costs finds the cheapest of: a path to a
 * free node, a path to a node that gives way, staying free. Whole numbers throughout, so nothing is lost to rounding but the
 * 2^−s of a distance (s = 20 or more at the size of BSDS500).
 */
final class NearestMatching {
    private static final int COST_BITS = 60;

    private final PixelGraph graph;
    /** By squared distance: the cost of a pair less the number of its detected pixel. */
    private final long[] pairCost;

    private final int[] mate;
    private final long[] potential;
    private final boolean[] present;

    private final long[] reached;
    private final int[] reachedFrom;
    private final int[] touched;
    private final PathQueue queue = new PathQueue();
    private int size;

    /**
     * Starts without detected pixels.
     *
     * @param nearest whether distances count; if not, any pairs within reach are as good
     */
    NearestMatching(PixelGraph graph, boolean nearest) {
        this.graph = graph;
        pairCost = pairCosts(graph, nearest);
        mate = new int[graph.nodes()];
        Arrays.fill(mate, -1);
        potential = new long[graph.nodes()];
        present = new boolean[graph.nodes()];
        Arrays.fill(present, graph.detected(), graph.nodes(), true);
        reached = new long[graph.nodes()];
        Arrays.fill(reached, Long.MAX_VALUE);
        reachedFrom = new int[graph.nodes()];
        touched = new int[graph.nodes()];
    }

    private static long[] pairCosts(PixelGraph graph, boolean nearest) {
        int largest = 0;
        for (int squared : graph.squaredDistance()) {
            largest = Math.max(largest, squared);
        }
        long pairs = Math.max(1, Math.min(graph.detected(), graph.truth()));
        long numbers = Math.max(1, graph.detected());
        long reach = (long) Math.ceil(Math.sqrt(largest)) + 1;
        int spare = COST_BITS - bits(pairs) - bits(numbers) - bits(reach);
        if (spare < 4) {
            throw new IllegalArgumentException(
                    "map too large to match: detected=%d, truth=%d".formatted(graph.detected(), graph.truth()));
        }
        double scale = Math.scalb(1.0, Math.min(spare, 30));
        long most = pairs * ((long) (reach * scale) + 1) * numbers;
        long[] costs = new long[largest + 1];
        for (int squared = 0; squared <= largest; squared++) {
            long distance = nearest ? Math.round(Math.sqrt(squared) * scale) : 0;
            costs[squared] = distance * numbers - most;
        }
        return costs;
    }

    private static int bits(long value) {
        return 64 - Long.numberOfLeadingZeros(value);
    }

    /** Number of pairs. */
    int size() {
        return size;
    }

    /** Whether a detected pixel has a partner. */
    boolean isMatched(int pixel) {
        return mate[pixel] >= 0;
    }

    /** Total distance of the pairs, in pixels. */
    double distance() {
        double sum = 0;
        for (int node = 0; node < graph.detected(); node++) {
            for (int edge = graph.start()[node]; mate[node] >= 0 && edge < graph.start()[node + 1]; edge++) {
                sum += graph.neighbour()[edge] == mate[node] ? Math.sqrt(graph.squaredDistance()[edge]) : 0;
            }
        }
        return sum;
    }

    /** A detected pixel comes. */
    void add(int pixel) {
        present[pixel] = true;
        settle(pixel);
    }

    /** A detected pixel goes. */
    void remove(int pixel) {
        int partner = mate[pixel];
        present[pixel] = false;
        mate[pixel] = -1;
        if (partner >= 0) {
            mate[partner] = -1;
            size--;
            settle(partner);
        }
    }

    /** Makes the matching optimal again for a node that has no partner. */
    private void settle(int source) {
        long highest = 0;
        for (int edge = graph.start()[source]; edge < graph.start()[source + 1]; edge++) {
            int other = graph.neighbour()[edge];
            if (present[other]) {
                highest = Math.min(highest, cost(source, other, edge) - potential[other]);
            }
        }
        potential[source] = highest;
        if (highest == 0) {
            return;
        }
        // The end of the best path: at first the source itself, which stays free.
        long best = -highest;
        int last = source;
        int free = -1;
        int count = 0;
        reached[source] = 0;
        queue.clear();
        queue.add(0, source);
        touched[count++] = source;
        while (!queue.isEmpty() && queue.leastKey() < best) {
            long length = queue.leastKey();
            int node = queue.removeLeast();
            if (length > reached[node]) {
                continue;
            }
            if (length - potential[node] < best) {
                best = length - potential[node];
                last = node;
                free = -1;
            }
            long offset = length - potential[node];
            for (int edge = graph.start()[node]; edge < graph.start()[node + 1]; edge++) {
                int other = graph.neighbour()[edge];
                if (!present[other] || mate[node] == other) {
                    continue;
                }
                long total = offset + cost(node, other, edge) - potential[other];
                if (total >= best) {
                    continue;
                }
                int next = mate[other];
                if (next < 0) {
                    best = total;
                    last = node;
                    free = other;
                } else if (total < reached[next]) {
                    if (reached[next] == Long.MAX_VALUE) {
                        touched[count++] = next;
                    }
                    reached[next] = total;
                    reachedFrom[next] = node;
                    queue.add(total, next);
                }
            }
        }
        for (int i = 0; i < count; i++) {
            int node = touched[i];
            long gain = best - reached[node];
            if (gain > 0) {
                potential[node] += gain;
                if (mate[node] >= 0) {
                    potential[mate[node]] -= gain;
                }
            }
            reached[node] = Long.MAX_VALUE;
        }
        shift(source, last, free);
    }

    /** Gives every node on the path to {@code last} the partner of its successor, and {@code last} the free node, if any. */
    private void shift(int source, int last, int free) {
        size += free >= 0 ? 1 : 0;
        int node = last;
        int partner = free;
        while (true) {
            int before = mate[node];
            mate[node] = partner;
            if (partner >= 0) {
                mate[partner] = node;
            }
            if (node == source) {
                return;
            }
            partner = before;
            node = reachedFrom[node];
        }
    }

    private long cost(int node, int other, int edge) {
        return pairCost[graph.squaredDistance()[edge]] + Math.min(node, other);
    }
}

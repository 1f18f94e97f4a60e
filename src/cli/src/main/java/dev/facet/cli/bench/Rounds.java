package dev.facet.cli.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Sides that are compared, measured in rounds: each side once a round, another one first each time, so that what the machine
 * does meanwhile, and what grows or cools over time, meets all alike.
 *
 * @param <T> what a side gives
 * @param bySide for each side its results, one a round
 */
record Rounds<T>(List<List<T>> bySide) {
    /** One side of a comparison. */
    @FunctionalInterface
    interface Side<T> {
        T measure() throws IOException, InterruptedException;
    }

    Rounds {
        bySide = bySide.stream().map(List::copyOf).toList();
    }

    /**
     * Measures.
     *
     * @param warmUps rounds before, which don't count
     */
    static <T> Rounds<T> measure(int warmUps, int rounds, List<? extends Side<T>> sides)
            throws IOException, InterruptedException {
        List<List<T>> results = new ArrayList<>();
        sides.forEach(side -> results.add(new ArrayList<>()));
        for (int round = -warmUps; round < rounds; round++) {
            for (int i = 0; i < sides.size(); i++) {
                int next = Math.floorMod(round + i, sides.size());
                T result = sides.get(next).measure();
                if (round >= 0) {
                    results.get(next).add(result);
                }
            }
        }
        return new Rounds<>(results);
    }

    /** What that side gave, one a round. */
    List<T> of(int side) {
        return bySide.get(side);
    }
}

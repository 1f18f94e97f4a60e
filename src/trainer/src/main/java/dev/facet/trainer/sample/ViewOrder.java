package dev.facet.trainer.sample;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Which image each view of a pass is of. A pass has as many views as there are images. Where all weights are the same, it is a
 * permutation. If not, image i gets ⌊n·w⌋ or ⌈n·w⌉ views, n·w on average, w its share of the weights: systematic sampling from a
 * permutation, whose result is shuffled. A function of seed and pass. Immutable and thread-safe.
 */
final class ViewOrder {
    /** By image, in sum 1; null where all have the same. */
    private final double[] shares;

    private final int size;

    ViewOrder(ImageSource source) {
        size = source.size();
        double[] weights = new double[size];
        Arrays.setAll(weights, source::weight);
        boolean uniform = Arrays.stream(weights).allMatch(weight -> weight == weights[0]);
        double sum = Arrays.stream(weights).sum();
        shares = uniform
                ? null
                : Arrays.stream(weights).map(weight -> weight / sum).toArray();
    }

    /** Whether each pass has every image once. */
    boolean isPermutation() {
        return shares == null;
    }

    /** The images of a pass in their order. */
    int[] pass(SplittableRandom random) {
        int[] order = permutation(size, random);
        if (shares == null) {
            return order;
        }
        int[] drawn = new int[size];
        double offset = random.nextDouble();
        double passed = 0;
        int count = 0;
        for (int image : order) {
            passed += shares[image] * size;
            while (count < size && count + offset < passed) {
                drawn[count++] = image;
            }
        }
        // The sum of shares may miss 1 by rounding.
        Arrays.fill(drawn, count, size, order[size - 1]);
        shuffle(drawn, random);
        return drawn;
    }

    private static int[] permutation(int size, SplittableRandom random) {
        int[] order = new int[size];
        Arrays.setAll(order, i -> i);
        shuffle(order, random);
        return order;
    }

    private static void shuffle(int[] values, SplittableRandom random) {
        for (int i = values.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swap = values[i];
            values[i] = values[j];
            values[j] = swap;
        }
    }
}

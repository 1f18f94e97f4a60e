package dev.facet.trainer.loss;

/** The value of a rank, found without sorting all (C. A. R. Hoare, "Algorithm 65: Find", 1961). */
final class OrderStatistic {
    private OrderStatistic() {}

    /**
     * The value that would be at {@code rank}, from 0, if the values were sorted; they are put in another order.
     *
     * @param values at least one; with values that aren't numbers the result is any of them
     */
    static double of(double[] values, int rank) {
        int low = 0;
        int high = values.length - 1;
        while (low < high) {
            double pivot = values[low + (high - low) / 2];
            int i = low;
            int j = high;
            while (i <= j) {
                while (values[i] < pivot) {
                    i++;
                }
                while (values[j] > pivot) {
                    j--;
                }
                if (i <= j) {
                    double swap = values[i];
                    values[i++] = values[j];
                    values[j--] = swap;
                }
            }
            if (rank <= j) {
                high = j;
            } else if (rank >= i) {
                low = i;
            } else {
                return values[rank];
            }
        }
        return values[low];
    }
}

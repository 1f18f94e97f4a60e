package dev.facet.trainer.loss;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class OrderStatisticTest {
    @Test
    void isWhatSortingGives() {
        Random random = new Random(2);
        for (int round = 0; round < 500; round++) {
            int count = 1 + random.nextInt(40);
            // Few different values: ties are what goes wrong.
            int kinds = 1 + random.nextInt(50);
            double[] values = random.ints(count, 0, kinds).mapToDouble(i -> i).toArray();
            double[] sorted = values.clone();
            Arrays.sort(sorted);
            for (int rank = 0; rank < count; rank++) {
                assertThat(OrderStatistic.of(values.clone(), rank)).isEqualTo(sorted[rank]);
            }
        }
    }

    @Test
    @Timeout(10)
    void endsWithValuesThatAreNoNumbers() {
        Random random = new Random(3);
        for (int round = 0; round < 500; round++) {
            double[] values =
                    random.doubles(20).map(v -> v < 0.3 ? Double.NaN : v).toArray();
            double value = OrderStatistic.of(values.clone(), random.nextInt(20));
            assertThat(values).contains(value);
        }
    }
}

package dev.facet.runtime.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RouteTest {
    private static final Rollouts TWENTY = Rollouts.NONE.divided("edges", Map.of("1", 70, "2", 20, "10", 10));

    private static String version(Rollouts rollouts, String key) {
        return rollouts.choose("edges", "1", Route.ofKey(key));
    }

    @Test
    void aKeyStandsWhereItsDigestSays() {
        // printf 'edges\\0user-1' | sha256sum: the first 16 digits as a number, times 100, divided by 2^64, rounded
        // down.
        assertThat(Route.ofKey("user-1").percent("edges")).isEqualTo(17);
        assertThat(Route.ofKey("user-1").percent("normals")).isEqualTo(68);
    }

    @Test
    void keysAreDividedByTheWeights() {
        Map<String, Long> counts = IntStream.range(0, 100_000)
                .mapToObj(key -> version(TWENTY, "client " + key))
                .collect(Collectors.groupingBy(each -> each, Collectors.counting()));
        // The keys are always the same; six standard deviations are 900.
        assertThat(counts.get("2")).isBetween(19_100L, 20_900L);
        assertThat(counts.get("10")).isBetween(9_100L, 10_900L);
        assertThat(counts).containsOnlyKeys("1", "2", "10");
    }

    @Test
    void chanceCoversTheWholeRange() {
        int[] counts = new int[100];
        for (int i = 0; i < 100_000; i++) {
            counts[Route.random().percent("edges")]++;
        }
        // A thousand each, 31 standard deviations wide on either side.
        for (int count : counts) {
            assertThat(count).isBetween(1, 2000);
        }
    }

    @Test
    void oneRouteGivesOneVersionHoweverOftenItIsAsked() {
        for (int i = 0; i < 100; i++) {
            Route route = Route.random();
            assertThat(TWENTY.choose("edges", "1", route)).isEqualTo(TWENTY.choose("edges", "1", route));
        }
    }

    @Test
    void aWeightThatGrowsTakesKeysFromTheActiveVersionOnly() {
        Rollouts five = Rollouts.NONE.divided("edges", Map.of("1", 95, "2", 5));
        Rollouts fifty = Rollouts.NONE.divided("edges", Map.of("1", 50, "2", 50));
        for (int i = 0; i < 2000; i++) {
            if (version(five, "key " + i).equals("2")) {
                assertThat(version(fifty, "key " + i)).isEqualTo("2");
            }
        }
    }

    @Test
    void aVersionWithoutAShareGetsNothing() {
        Rollouts staged = Rollouts.NONE.divided("edges", Map.of("1", 100, "2", 0));
        Rollouts whole = Rollouts.NONE.divided("edges", Map.of("1", 0, "2", 100));
        for (int i = 0; i < 1000; i++) {
            assertThat(version(staged, "key " + i)).isEqualTo("1");
            assertThat(version(whole, "key " + i)).isEqualTo("2");
        }
    }

    @Test
    void refusesKeysThatAreNone() {
        assertThatThrownBy(() -> Route.ofKey("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Route.ofKey("a".repeat(Route.MAX_KEY + 1)))
                .hasMessage("route key: characters=257, expected 1..256");
    }
}

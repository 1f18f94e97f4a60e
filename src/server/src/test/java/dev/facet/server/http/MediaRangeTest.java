package dev.facet.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class MediaRangeTest {
    private static final List<String> OFFERS = List.of("image/png", "application/json", "application/x-npy");

    @Test
    void takesTheFirstOfferWhereAnythingGoes() {
        assertThat(choose(null)).contains("image/png");
        assertThat(choose("*/*")).contains("image/png");
        assertThat(choose("text/html,application/xhtml+xml,*/*;q=0.8")).contains("image/png");
    }

    @Test
    void takesTheHighestQuality() {
        assertThat(choose("image/png;q=0.5, application/json;q=0.9")).contains("application/json");
        assertThat(choose("application/*;q=0.9, image/png;q=0.5")).contains("application/json");
    }

    @Test
    void aMoreSpecificRangeDecidesWhateverItsOrder() {
        assertThat(choose("application/json;q=0, application/*")).contains("application/x-npy");
        assertThat(choose("*/*, image/png;q=0")).contains("application/json");
    }

    @Test
    void findsNothingWhereNothingIsAccepted() {
        assertThat(choose("text/html")).isEmpty();
        assertThat(choose("image/png;q=0")).isEmpty();
    }

    @Test
    void leavesOutWhatItDoesNotUnderstand() {
        assertThat(choose("nonsense, ;;, application/json;q=x, application/x-npy;q=0.1"))
                .contains("application/x-npy");
    }

    private static Optional<String> choose(String accept) {
        return MediaRange.choose(MediaRange.parse(accept), OFFERS, Function.identity());
    }
}

package dev.facet.cli.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PackStateTest {
    @Test
    void theHighestOtherVersionTakesThePlaceOfAnActiveOneThatIsRemoved() {
        PackState state = PackState.NONE.uploaded(2, "b").uploaded(3, "c").uploaded(1, "a");
        assertThat(state.active()).contains(1);
        assertThat(state.removed(1)).isEqualTo(new PackState(Map.of(2, "b", 3, "c"), Optional.of(3)));
        assertThat(state.removed(3)).isEqualTo(new PackState(Map.of(1, "a", 2, "b"), Optional.of(1)));
        assertThat(state.activated(2).removed(2).removed(3).removed(1)).isEqualTo(PackState.NONE);
    }

    @Test
    void isToldInWords() {
        assertThat(PackState.NONE).hasToString("no versions");
        assertThat(PackState.NONE.uploaded(2, "b").uploaded(1, "a")).hasToString("version 1 of {1=a, 2=b}");
    }
}

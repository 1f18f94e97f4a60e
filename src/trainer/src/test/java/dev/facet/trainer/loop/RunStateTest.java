package dev.facet.trainer.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RunStateTest {
    /** Runs that were begun by an earlier version go on. */
    @Test
    void aFileOfARunIsReadAndWrittenUnderTheNamesThatItAlwaysHad() {
        String json = "{\"step\":7,\"seed\":1,\"validatedStep\":5,\"best\":{\"edges\":{\"step\":5,\"figure\":0.5}}}";
        RunState state = RunState.of(json);
        assertThat(state.best("edges")).contains(new RunState.Best(5, 0.5));
        assertThat(state.json()).isEqualTo(json);
    }
}

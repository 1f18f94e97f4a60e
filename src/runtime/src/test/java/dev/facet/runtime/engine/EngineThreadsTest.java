package dev.facet.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineThreadsTest {
    @ParameterizedTest
    @CsvSource({"1,1,1", "2,1,2", "3,2,2", "4,2,3", "8,4,5", "15,8,8", "16,8,9"})
    void aRunAloneGetsHalfOfTheCoresAndAllRunsTogetherHaveEach(int cores, int threads, int concurrency) {
        assertThat(EngineThreads.choose(0, 0, cores)).isEqualTo(new EngineThreads(threads, concurrency));
    }

    @ParameterizedTest
    @CsvSource({"8,1,8", "8,8,1", "8,6,3", "2,4,1"})
    void runsFillTheCoresThatTheThreadsOfOneLeave(int cores, int threads, int concurrency) {
        assertThat(EngineThreads.choose(threads, 0, cores)).isEqualTo(new EngineThreads(threads, concurrency));
    }

    @ParameterizedTest
    @CsvSource({"8,1,8", "8,8,1", "8,3,6", "2,4,1"})
    void aRunHasTheCoresThatTheOthersLeave(int cores, int concurrency, int threads) {
        assertThat(EngineThreads.choose(0, concurrency, cores)).isEqualTo(new EngineThreads(threads, concurrency));
    }

    @Test
    void whatIsSetIsTaken() {
        assertThat(EngineThreads.choose(3, 5, 2)).isEqualTo(new EngineThreads(3, 5));
    }

    @Test
    void noneIsRefused() {
        assertThatThrownBy(() -> new EngineThreads(0, 1)).hasMessageContaining("threads=0");
    }
}

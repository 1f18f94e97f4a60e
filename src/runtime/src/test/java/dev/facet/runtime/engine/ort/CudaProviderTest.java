package dev.facet.runtime.engine.ort;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.runtime.engine.DeviceChoice;
import dev.facet.runtime.engine.EngineOptions;
import org.junit.jupiter.api.Test;

class CudaProviderTest {
    private static final EngineOptions OPTIONS = new EngineOptions(DeviceChoice.of("cuda:0"), 1, false);

    @Test
    void asksForTheSameBitsEachTimeInFullPrecision() {
        assertThat(CudaProvider.settings(OPTIONS))
                .containsEntry("use_tf32", "0")
                .containsEntry("cudnn_conv_algo_search", "HEURISTIC")
                .containsEntry("prefer_nhwc", "0")
                .containsEntry("do_copy_in_default_stream", "1")
                .containsEntry("arena_extend_strategy", "kSameAsRequested")
                .doesNotContainKey("gpu_mem_limit");
    }

    @Test
    void takesTf32AndABoundOfMemoryWhereTheyAreAskedFor() {
        EngineOptions options = new EngineOptions(OPTIONS.device(), 1, true).withGpuMemoryBytes(2L << 30);
        assertThat(CudaProvider.settings(options))
                .containsEntry("use_tf32", "1")
                .containsEntry("gpu_mem_limit", "2147483648");
    }
}

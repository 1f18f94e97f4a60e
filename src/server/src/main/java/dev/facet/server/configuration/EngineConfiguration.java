package dev.facet.server.configuration;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.util.Optional;

/** Where packs run. */
public interface EngineConfiguration {
    /** {@code auto}, {@code cpu} or {@code cuda[:n]}; {@code auto} takes CUDA when its provider loads and finds a GPU. */
    @WithDefault("auto")
    @Pattern(regexp = "auto|cpu|cuda(:[0-9]{1,3})?", message = "auto, cpu, cuda or cuda:N")
    String device();

    /** Threads of one run on the CPU; 0 for what {@code EngineThreads} chooses: half of the cores, rounded up. */
    @WithDefault("0")
    @Min(0)
    @Max(1024)
    int threads();

    /** Runs at the same time; 0 for as many as fill the cores together, and for 1 on CUDA. */
    @WithDefault("0")
    @Min(0)
    @Max(256)
    int concurrency();

    /**
     * What the sides of a network's input are padded to multiples of, so that there are few different sizes: a multiple of 16, or 1
     * for what each pack says; 0 for 64 on CUDA and 1 on the CPU. Another multiple gives another answer.
     */
    @WithDefault("0")
    @Min(0)
    @Max(1024)
    int sizeMultiple();

    /**
     * Images whose common part of the network one run computes at most, where several requests wait for the engine; 0 for 8 on CUDA
     * and 1 on the CPU.
     */
    @WithDefault("0")
    @Min(0)
    @Max(64)
    int batch();

    /** Bytes that the memory arena of one session on a GPU may grow to; no bound unless set. */
    Optional<MemorySize> gpuMemory();

    /**
     * How packs are executed that were uploaded without {@code ?plan=}: {@code auto}, which is {@code int8} where pack, bank and
     * processor allow it and else {@code factored}, or one plan for all; a pack that can't run under it isn't served.
     */
    @WithDefault("auto")
    @Pattern(regexp = "auto|factored|merged|int8", message = "auto, factored, merged or int8")
    String plan();

    /** Whether a GPU may round products to TF32: faster, and different in the third digit. */
    @WithDefault("false")
    @WithConverter(TrueOrFalse.class)
    boolean tf32();

    /** Whether the default packs answer an image when the server starts, so that the first client waits no longer than others. */
    @WithDefault("true")
    @WithConverter(TrueOrFalse.class)
    boolean warmUp();
}

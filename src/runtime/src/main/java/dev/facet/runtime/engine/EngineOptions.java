package dev.facet.runtime.engine;

/**
 * How an engine is opened.
 *
 * @param device where it runs
 * @param threads threads of one run on the CPU, its caller's included; 0 for as many as there are cores
 * @param tf32 whether a GPU may round products to TF32, which is faster and differs in the third digit
 */
public record EngineOptions(DeviceChoice device, int threads, boolean tf32) {
    /** Automatic device, all cores, full precision. */
    public static final EngineOptions DEFAULT = new EngineOptions(DeviceChoice.AUTO, 0, false);

    public EngineOptions {
        if (threads < 0 || threads > 1024) {
            throw new IllegalArgumentException("engine threads: value=%d, expected=0..1024".formatted(threads));
        }
    }

    /** The CPU with that many threads per run; 0 for as many as there are cores. */
    public static EngineOptions cpu(int threads) {
        return new EngineOptions(DeviceChoice.CPU, threads, false);
    }

    /** Threads of one run, resolved. */
    public int effectiveThreads() {
        return threads > 0 ? threads : PhysicalCores.count();
    }
}

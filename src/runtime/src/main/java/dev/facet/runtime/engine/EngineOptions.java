package dev.facet.runtime.engine;

/**
 * How an engine is opened.
 *
 * @param device where it runs
 * @param threads threads of one run on the CPU, its caller's included; 0 for as many as there are cores
 * @param tf32 whether a GPU may round products to TF32, which is faster and differs in the third digit
 * @param sizeMultiple what the sides of inputs are padded to multiples of, so that there are few different ones: a multiple of 16;
 *     {@link #OWN_MULTIPLE} for what each pack says; 0 for {@link DeviceDefaults#sizeMultiple()}
 * @param gpuMemoryBytes what the memory arena of one session on a GPU may grow to; 0 for no bound
 */
public record EngineOptions(DeviceChoice device, int threads, boolean tf32, int sizeMultiple, long gpuMemoryBytes) {
    /** Inputs are padded as the packs say and no further. */
    public static final int OWN_MULTIPLE = 1;

    /** Largest {@link #sizeMultiple()}. */
    public static final int MOST_MULTIPLE = 1024;

    /** Automatic device, all cores, full precision. */
    public static final EngineOptions DEFAULT = new EngineOptions(DeviceChoice.AUTO, 0, false);

    private static final int STEP = 16;

    public EngineOptions {
        if (threads < 0 || threads > 1024) {
            throw new IllegalArgumentException("engine threads: value=%d, expected=0..1024".formatted(threads));
        }
        boolean multiple = sizeMultiple >= 0 && sizeMultiple <= MOST_MULTIPLE && sizeMultiple % STEP == 0;
        if (!multiple && sizeMultiple != OWN_MULTIPLE) {
            throw new IllegalArgumentException(
                    "size multiple: value=%d, expected a multiple of %d up to %d, 1 for each pack's own, or 0 for the device's"
                            .formatted(sizeMultiple, STEP, MOST_MULTIPLE));
        }
        if (gpuMemoryBytes < 0) {
            throw new IllegalArgumentException(
                    "GPU memory: bytes=%d, expected at least 1, or 0 for no bound".formatted(gpuMemoryBytes));
        }
    }

    /** What is most often chosen; the rest is the device's. */
    public EngineOptions(DeviceChoice device, int threads, boolean tf32) {
        this(device, threads, tf32, 0, 0);
    }

    /** The CPU with that many threads per run; 0 for as many as there are cores. */
    public static EngineOptions cpu(int threads) {
        return new EngineOptions(DeviceChoice.CPU, threads, false);
    }

    /** The same with another number of {@link #threads()}. */
    public EngineOptions withThreads(int other) {
        return new EngineOptions(device, other, tf32, sizeMultiple, gpuMemoryBytes);
    }

    /** The same with another {@link #sizeMultiple()}. */
    public EngineOptions withSizeMultiple(int other) {
        return new EngineOptions(device, threads, tf32, other, gpuMemoryBytes);
    }

    /** The same with another {@link #gpuMemoryBytes()}. */
    public EngineOptions withGpuMemoryBytes(long other) {
        return new EngineOptions(device, threads, tf32, sizeMultiple, other);
    }

    /** Threads of one run, resolved. */
    public int effectiveThreads() {
        return threads > 0 ? threads : PhysicalCores.count();
    }
}

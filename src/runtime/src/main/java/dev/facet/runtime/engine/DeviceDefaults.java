package dev.facet.runtime.engine;

/**
 * What is chosen for a device where nothing is configured. On a GPU, cuDNN plans each convolution anew whenever its input has
 * another size than the one before (docs/adr/0014-cuda.md): there inputs are padded to few sizes, one run goes on at a time, and it
 * takes the images of all who wait. No GPU has confirmed these numbers.
 *
 * @param sizeMultiple what the sides of inputs are padded to multiples of; {@link EngineOptions#OWN_MULTIPLE} for what each pack says
 * @param batch images whose features one run computes at most
 * @param concurrency runs at the same time; 0 for as many as fill the cores ({@link EngineThreads})
 */
public record DeviceDefaults(int sizeMultiple, int batch, int concurrency) {
    private static final DeviceDefaults CPU = new DeviceDefaults(EngineOptions.OWN_MULTIPLE, 1, 0);
    private static final DeviceDefaults CUDA = new DeviceDefaults(64, 8, 1);

    /** @param device as {@link EngineReport#device()} names it */
    public static DeviceDefaults of(String device) {
        return device.equals("cpu") ? CPU : CUDA;
    }
}

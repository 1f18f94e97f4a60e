package dev.facet.trainer;

import dev.facet.trainer.engine.TorchDevice;
import picocli.CommandLine.Option;

/** The device that a command trains on. */
final class DeviceOption {
    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            defaultValue = "cpu",
            description = "Device that computes: cpu, cuda, cuda:N or mps, as far as libtorch has it (default: cpu).")
    private String name;

    /**
     * The device, which may not be there.
     *
     * @throws IllegalArgumentException if it is no name of one
     */
    TorchDevice device() {
        try {
            return TorchDevice.of(name);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--device: " + e.getMessage(), e);
        }
    }
}

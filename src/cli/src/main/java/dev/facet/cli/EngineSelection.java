package dev.facet.cli;

import dev.facet.runtime.engine.DeviceChoice;
import dev.facet.runtime.engine.EngineOptions;
import picocli.CommandLine.Option;

/** The options that say where a command's engine runs. */
final class EngineSelection {
    @Option(names = "--device", defaultValue = "auto", description = "auto, cpu or cuda[:n] (default auto).")
    private String device;

    @Option(
            names = "--size-multiple",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "Pad inputs to multiples of N, as a server with facet.engine.size-multiple=N; another N gives other answers"
                            + " (default: 64 on CUDA, else 1: as each pack says).")
    private int sizeMultiple;

    /** Those options, with all cores for a run. */
    EngineOptions options() {
        return new EngineOptions(DeviceChoice.of(device), 0, false).withSizeMultiple(sizeMultiple);
    }

    /** Whether inputs are padded otherwise than the device's default says. */
    boolean padsOtherwise() {
        return sizeMultiple != 0;
    }
}

package dev.facet.cli;

import java.nio.file.Path;

/** Where things lie unless an option says otherwise. */
final class Defaults {
    /** Bytes of network inputs whose buffers are used again. */
    static final long KEPT_INPUT_BYTES = 64 << 20;

    private Defaults() {}

    /** {@code models/} of the installation: {@code FACET_MODELS_DIR}, or beside the launcher. */
    static Path models() {
        String configured = System.getenv("FACET_MODELS_DIR");
        return configured != null ? Path.of(configured) : home().resolve("models");
    }

    /** The installation: the folder of the launcher. */
    static Path home() {
        return Path.of(System.getProperty("facet.home", "."));
    }

    /** The given bank, or the default one. */
    static Path bank(Path given) {
        return given != null ? given : models().resolve("bank.safetensors");
    }

    /** Threads for work that keeps every core busy. */
    static int threads() {
        return Runtime.getRuntime().availableProcessors();
    }
}

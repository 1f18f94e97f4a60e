package dev.facet.server.configuration;

import io.smallrye.config.WithDefault;
import java.nio.file.Path;

/** The seed: the models that come with an installation. The server only reads them. */
public interface ModelsConfiguration {
    /** Folder of the bank and of the packs that are plugged at the start, {@code *.safetensors}; its sub-folders aren't read. */
    @WithDefault("models")
    Path dir();
}

package dev.facet.server.configuration;

import io.smallrye.config.WithDefault;
import java.nio.file.Path;

/** What the server itself writes. */
public interface DataConfiguration {
    /** Folder of uploaded packs and of the index; made where it is missing. */
    @WithDefault("data")
    Path dir();
}

package dev.facet.server.configuration;

import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;

/** Spans of OpenTelemetry; where they go, and how many, OpenTelemetry's own settings say. */
public interface TracingConfiguration {
    /** Whether there are any. */
    @WithDefault("false")
    @WithConverter(TrueOrFalse.class)
    boolean enabled();
}

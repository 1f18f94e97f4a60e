package dev.facet.server.configuration;

import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How requests are worked on. */
public interface RequestConfiguration {
    /** Time from the last byte of a request to its answer, unless it asks for less with {@code ?timeout=}; then 504. */
    @WithDefault("30S")
    Duration timeout();
}

package dev.facet.server.configuration;

import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/** How requests are worked on. */
public interface RequestConfiguration {
    /** Time from the last byte of a request to its answer, unless it asks for less with {@code ?timeout=}; then 504. */
    @WithDefault("30S")
    Duration timeout();

    /** Threads that decode photos and encode answers; 0 for twice as many as there are processors. */
    @WithDefault("0")
    @Min(0)
    @Max(1024)
    int threads();
}

package dev.facet.server.configuration;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.util.Optional;

/** Everything that can be configured under {@code facet.}; docs/configuration.md lists the keys with their defaults. */
@ConfigMapping(prefix = "facet")
public interface FacetConfiguration {
    /** The filter bank; {@code bank.safetensors} in {@link ModelsConfiguration#dir()} unless set. */
    Optional<Path> bank();

    ModelsConfiguration models();

    DataConfiguration data();

    EngineConfiguration engine();

    LimitsConfiguration limits();

    PacksConfiguration packs();

    RequestConfiguration request();

    ManagementConfiguration management();

    AccessConfiguration access();

    TracingConfiguration tracing();

    /** The file of the filter bank. */
    default Path bankFile() {
        return bank().orElseGet(() -> models().dir().resolve("bank.safetensors"));
    }
}

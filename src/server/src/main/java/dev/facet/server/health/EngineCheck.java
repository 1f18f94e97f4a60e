package dev.facet.server.health;

import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.registry.PackRegistry;
import dev.facet.runtime.registry.RegistryStatus;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/** Started: the engine is open, and so are the packs that are opened at the start, or they have failed. */
@Startup
@ApplicationScoped
class EngineCheck implements HealthCheck {
    private final Engine engine;
    private final PackRegistry registry;

    EngineCheck(Engine engine, PackRegistry registry) {
        this.engine = engine;
        this.registry = registry;
    }

    @Override
    public HealthCheckResponse call() {
        RegistryStatus status = registry.status();
        return HealthCheckResponse.named("engine")
                .status(status.started())
                .withData("device", engine.report().device())
                .withData("open", status.open())
                .build();
    }
}

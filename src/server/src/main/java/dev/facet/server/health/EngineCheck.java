package dev.facet.server.health;

import dev.facet.runtime.engine.Engine;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/** Started: the bank is read and the engine is open. The server listens only then, so it is never seen down. */
@Startup
@ApplicationScoped
class EngineCheck implements HealthCheck {
    private final Engine engine;

    EngineCheck(Engine engine) {
        this.engine = engine;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("engine")
                .up()
                .withData("device", engine.report().device())
                .build();
    }
}

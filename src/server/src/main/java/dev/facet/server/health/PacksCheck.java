package dev.facet.server.health;

import dev.facet.runtime.registry.PackRegistry;
import dev.facet.runtime.registry.RegistryStatus;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready: the server has started, required packs answer, and new work is admitted. Another pack that fails is its own matter:
 * it is counted here, and {@code GET /v1/packs} says what is wrong with it.
 */
@Readiness
@ApplicationScoped
class PacksCheck implements HealthCheck {
    private final PackRegistry registry;
    private final ServerReadiness readiness;

    PacksCheck(PackRegistry registry, ServerReadiness readiness) {
        this.registry = registry;
        this.readiness = readiness;
    }

    @Override
    public HealthCheckResponse call() {
        RegistryStatus status = registry.status();
        HealthCheckResponseBuilder response = HealthCheckResponse.named("packs")
                .withData("registered", status.registered())
                .withData("open", status.open())
                .withData(
                        "failed",
                        status.failures().stream()
                                .filter(failure -> !failure.otherBank())
                                .count())
                .status(readiness.isReady(status));
        status.missing().forEach(failure -> response.withData(failure.file(), failure.reason()));
        return response.build();
    }
}

package dev.facet.server.health;

import dev.facet.server.access.AccessKeys;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Says where the file of keys can't be used. That is no reason to send requests elsewhere: the former keys go on. */
@Readiness
@ApplicationScoped
class KeysCheck implements HealthCheck {
    private final AccessKeys keys;

    KeysCheck(AccessKeys keys) {
        this.keys = keys;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder response = HealthCheckResponse.named("keys").up();
        keys.problem().ifPresent(problem -> response.withData("problem", problem));
        return response.build();
    }
}

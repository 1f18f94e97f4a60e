package dev.facet.server.health;

import dev.facet.runtime.registry.PackFailure;
import dev.facet.runtime.registry.PackRegistry;
import dev.facet.runtime.schedule.Scheduler;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Ready: every pack that should be resident is, and new work is admitted. */
@Readiness
@ApplicationScoped
class PacksCheck implements HealthCheck {
    private final PackRegistry registry;
    private final Scheduler scheduler;

    PacksCheck(PackRegistry registry, Scheduler scheduler) {
        this.registry = registry;
        this.scheduler = scheduler;
    }

    @Override
    public HealthCheckResponse call() {
        Set<String> resident =
                registry.packs().stream().map(pack -> pack.id().toString()).collect(Collectors.toSet());
        List<PackFailure> missing = registry.failures().stream()
                .filter(failure -> !resident.contains(failure.pack()))
                .toList();
        HealthCheckResponseBuilder response = HealthCheckResponse.named("packs")
                .withData("resident", resident.size())
                .status(missing.isEmpty() && !scheduler.isDraining());
        missing.forEach(failure -> response.withData(failure.pack(), failure.reason()));
        return response.build();
    }
}

package dev.facet.server.health;

import dev.facet.runtime.registry.PackRegistry;
import dev.facet.runtime.registry.RegistryStatus;
import dev.facet.runtime.schedule.Scheduler;
import dev.facet.server.http.Draining;
import jakarta.enterprise.context.ApplicationScoped;

/** Whether the server is ready, for probes that aren't those of the framework. */
@ApplicationScoped
public class ServerReadiness {
    private final PackRegistry registry;
    private final Scheduler scheduler;
    private final Draining draining;

    ServerReadiness(PackRegistry registry, Scheduler scheduler, Draining draining) {
        this.registry = registry;
        this.scheduler = scheduler;
        this.draining = draining;
    }

    /** Started, required packs answer, and it isn't about to stop. */
    public boolean isReady() {
        return isReady(registry.status()) && !draining.isStopping();
    }

    boolean isReady(RegistryStatus status) {
        return status.started() && status.missing().isEmpty() && !scheduler.isDraining();
    }
}

package dev.facet.server.metrics;

import dev.facet.runtime.registry.PackId;
import dev.facet.runtime.registry.PackView;
import dev.facet.runtime.registry.RegistryListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Shows which packs are resident and what happens to them. */
@Singleton
public class PackMeters implements RegistryListener {
    private final MeterRegistry meters;
    private final Map<PackId, List<Meter.Id>> resident = new ConcurrentHashMap<>();

    PackMeters(MeterRegistry meters) {
        this.meters = meters;
        for (String event : List.of("plugged", "removed", "refused")) {
            events(event);
        }
    }

    @Override
    public void plugged(PackView pack, double seconds) {
        removeGauges(pack.id());
        Tags tags = Tags.of(
                "pack", pack.id().name(),
                "version", pack.id().version(),
                "kind", pack.manifest().task().id(),
                "plan", pack.plan().id());
        long bytes = pack.sizeBytes();
        resident.put(
                pack.id(),
                List.of(
                        Gauge.builder("facet.pack.resident", () -> 1)
                                .description("1 for every pack that is plugged")
                                .tags(tags)
                                .register(meters)
                                .getId(),
                        Gauge.builder("facet.pack.bytes", () -> bytes)
                                .description("Native bytes that a pack alone holds")
                                .tags(tags)
                                .register(meters)
                                .getId()));
        Timer.builder("facet.pack.load")
                .description("Time to read, check, prepare and self-test a pack")
                .register(meters)
                .record(Duration.ofNanos((long) (seconds * 1e9)));
        events("plugged").increment();
    }

    @Override
    public void removed(PackView pack) {
        removeGauges(pack.id());
        events("removed").increment();
    }

    @Override
    public void refused(PackId id, RuntimeException reason) {
        events("refused").increment();
    }

    private void removeGauges(PackId id) {
        List<Meter.Id> gauges = resident.remove(id);
        if (gauges != null) {
            gauges.forEach(meters::remove);
        }
    }

    private Counter events(String event) {
        return Counter.builder("facet.pack.events")
                .description("What happened to packs")
                .tag("event", event)
                .register(meters);
    }
}

package dev.facet.server.metrics;

import dev.facet.runtime.registry.PackDescription;
import dev.facet.runtime.registry.PackId;
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

/** Shows which packs are in memory and what happens to packs. Cold ones have no series of their own. */
@Singleton
public class PackMeters implements RegistryListener {
    private final MeterRegistry meters;
    private final PackSeries series;
    private final ModelStatistics statistics;
    private final Map<PackId, Shown> resident = new ConcurrentHashMap<>();
    private final Map<String, List<Meter.Id>> weights = new ConcurrentHashMap<>();

    /** The series of a pack; the pack is told apart from another one that took its address since. */
    private record Shown(PackDescription pack, List<Meter.Id> gauges) {}

    PackMeters(MeterRegistry meters, PackSeries series, ModelStatistics statistics) {
        this.meters = meters;
        this.series = series;
        this.statistics = statistics;
        for (String event : List.of("plugged", "removed", "refused", "opened", "closed", "failed")) {
            events(event);
        }
    }

    @Override
    public void plugged(PackDescription pack, double seconds) {
        events("plugged").increment();
    }

    @Override
    public void opened(PackDescription pack, long sizeBytes, double seconds) {
        Tags tags = Tags.of(
                "pack", pack.id().name(),
                "version", pack.id().version(),
                "kind", pack.kind(),
                "plan", pack.plan().id());
        Tags named = tags.and("digest", pack.digest());
        resident.compute(pack.id(), (id, before) -> {
            remove(before);
            return new Shown(
                    pack,
                    List.of(
                            gauge("facet.pack.resident", "1 for every pack that is in memory", 1, named),
                            gauge("facet.pack.bytes", "Native bytes that a pack alone holds", sizeBytes, tags)));
        });
        Timer.builder("facet.pack.load")
                .description("Time to read, check, prepare and self-test a pack")
                .register(meters)
                .record(Duration.ofNanos((long) (seconds * 1e9)));
        events("opened").increment();
    }

    private Meter.Id gauge(String name, String description, long value, Tags tags) {
        return Gauge.builder(name, () -> value)
                .description(description)
                .tags(tags)
                .register(meters)
                .getId();
    }

    @Override
    public void divided(String name, Map<String, Integer> shares) {
        weights.compute(name, (same, before) -> {
            if (before != null) {
                before.forEach(meters::remove);
            }
            List<Meter.Id> gauges = shares.entrySet().stream()
                    .map(share -> gauge(
                            "facet.pack.traffic.weight",
                            "Percent of the requests to a pack that a version gets, while they are divided",
                            share.getValue(),
                            Tags.of("pack", name, "version", share.getKey())))
                    .toList();
            return gauges.isEmpty() ? null : gauges;
        });
    }

    @Override
    public void closed(PackDescription pack) {
        resident.computeIfPresent(pack.id(), (id, shown) -> {
            if (shown.pack() != pack) {
                return shown;
            }
            remove(shown);
            return null;
        });
        events("closed").increment();
    }

    @Override
    public void removed(PackDescription pack) {
        series.forget(pack.id());
        statistics.forget(pack.id());
        events("removed").increment();
    }

    @Override
    public void refused(PackId id, RuntimeException reason) {
        events("refused").increment();
    }

    @Override
    public void failed(PackDescription pack, String reason) {
        events("failed").increment();
    }

    private void remove(Shown shown) {
        if (shown != null) {
            shown.gauges().forEach(meters::remove);
        }
    }

    private Counter events(String event) {
        return Counter.builder("facet.pack.events")
                .description("What happened to packs")
                .tag("event", event)
                .register(meters);
    }
}

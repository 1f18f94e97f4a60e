package dev.facet.server.metrics;

import dev.facet.runtime.prediction.RequestStage;
import dev.facet.runtime.registry.PackId;
import dev.facet.runtime.registry.PackRegistry;
import dev.facet.runtime.registry.PackUnavailableException;
import dev.facet.runtime.registry.UnknownPackException;
import dev.facet.server.configuration.FacetConfiguration;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The series of packs that were asked for, version by version, kept at hand: to look one up by its labels takes as long as all else
 * that is counted of a request. Packs come and go without end, so a removed version takes its series with it, and only so many
 * versions have series of their own: the others share {@link #OTHER}. Thread-safe.
 */
@Singleton
class PackSeries {
    /** Name and version of those that have no series of their own; no pack can have that name. */
    static final String OTHER = "_other";

    private static final String NONE = "";

    private static final Duration[] BUCKETS = {
        Duration.ofMillis(1),
        Duration.ofMillis(2),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30)
    };

    private final MeterRegistry meters;
    private final Provider<PackRegistry> registry;
    private final int most;
    private final Map<Key, Series> byPack = new ConcurrentHashMap<>();
    private final Series other = new Series(OTHER, OTHER);
    /** Of requests that reached no pack. */
    private final Series none = new Series(NONE, NONE);

    private record Key(String name, String version) {}

    /** @param registry looked up late: it tells what happens to packs, so it is made after this */
    PackSeries(MeterRegistry meters, Provider<PackRegistry> registry, FacetConfiguration configuration) {
        this.meters = meters;
        this.registry = registry;
        this.most = configuration.limits().metricPacks();
    }

    /** Those of a pack that was asked for. */
    Series of(PackId pack) {
        Series known = byPack.get(new Key(pack.name(), pack.version()));
        // A request may end after its pack was removed: it must not bring the series back.
        return known != null ? known : begun(new Key(pack.name(), pack.version()), () -> isRegistered(pack));
    }

    /** Those of a name whose pack can't answer, whatever its version. */
    Series ofUnavailable(String name) {
        return begun(new Key(name, NONE), () -> true);
    }

    /** Those of requests that reached no pack. */
    Series ofNone() {
        return none;
    }

    private synchronized Series begun(Key pack, BooleanSupplier isThere) {
        Series known = byPack.get(pack);
        if (known != null) {
            return known;
        }
        if (byPack.size() >= most || !isThere.getAsBoolean()) {
            return other;
        }
        Series series = new Series(pack.name(), pack.version());
        byPack.put(pack, series);
        return series;
    }

    private boolean isRegistered(PackId pack) {
        try {
            registry.get().pack(pack);
            return true;
        } catch (UnknownPackException | PackUnavailableException e) {
            return false;
        }
    }

    /** A version was removed. */
    synchronized void forget(PackId pack) {
        for (Key key : List.of(new Key(pack.name(), pack.version()), new Key(pack.name(), NONE))) {
            Series series = byPack.remove(key);
            if (series != null) {
                series.remove();
            }
        }
    }

    /** One pack's. */
    final class Series {
        private final String pack;
        private final String version;
        private final Map<RequestStage, Timer> stages = new EnumMap<>(RequestStage.class);
        private final Map<String, Timer> durations = new HashMap<>();
        private final Map<Outcome, Counter> requests = new HashMap<>();
        private boolean removed;

        Series(String pack, String version) {
            this.pack = pack;
            this.version = version;
        }

        private record Outcome(String kind, String outcome) {}

        /** An answer, from the request's last byte on. */
        void duration(String kind, long nanos) {
            Timer timer;
            synchronized (this) {
                if (removed) {
                    return;
                }
                timer = durations.computeIfAbsent(
                        kind,
                        absent -> timer(
                                "facet.prediction.duration",
                                "Time from the last byte of a request to the answer of a pack",
                                Tags.of("kind", kind)));
            }
            timer.record(nanos, TimeUnit.NANOSECONDS);
        }

        /** A stage of an answer. */
        void stage(RequestStage stage, long nanos) {
            Timer timer;
            synchronized (this) {
                if (removed) {
                    return;
                }
                timer = stages.computeIfAbsent(
                        stage,
                        absent -> timer(
                                "facet.stage.duration",
                                "Time that answers of a pack spend in each stage",
                                Tags.of("stage", stage.label())));
            }
            timer.record(nanos, TimeUnit.NANOSECONDS);
        }

        /** A request that ended so. */
        void request(String kind, String outcome) {
            Counter counter;
            synchronized (this) {
                if (removed) {
                    return;
                }
                counter = requests.computeIfAbsent(
                        new Outcome(kind, outcome),
                        absent -> Counter.builder("facet.requests")
                                .description("Predictions asked for, by outcome")
                                .tags(labels(Tags.of("kind", kind, "outcome", outcome)))
                                .register(meters));
            }
            counter.increment();
        }

        private Timer timer(String name, String description, Tags tags) {
            return Timer.builder(name)
                    .description(description)
                    .tags(labels(tags))
                    .serviceLevelObjectives(BUCKETS)
                    .register(meters);
        }

        private Tags labels(Tags more) {
            return Tags.of("pack", pack, "version", version).and(more);
        }

        private synchronized void remove() {
            removed = true;
            stages.values().forEach(this::remove);
            durations.values().forEach(this::remove);
            requests.values().forEach(this::remove);
        }

        private void remove(Meter meter) {
            meters.remove(meter);
        }
    }
}

package dev.facet.server.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The series of packs that were asked for, kept at hand: to look one up by its labels takes as long as all else that is counted of
 * a request. Thread-safe.
 */
@Singleton
class PackSeries {
    static final Duration[] BUCKETS = {
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

    private static final String REQUESTS = "facet.requests";
    private static final String DURATION = "facet.prediction.duration";
    private static final List<String> NAMES = List.of(REQUESTS, DURATION);

    private final MeterRegistry meters;
    private final Map<String, Series> byPack = new ConcurrentHashMap<>();

    /** One pack's. */
    private record Series(Map<String, Timer> durationByKind, Map<Outcome, Counter> requests) {
        Series() {
            this(new ConcurrentHashMap<>(), new ConcurrentHashMap<>());
        }
    }

    private record Outcome(String kind, String outcome) {}

    PackSeries(MeterRegistry meters) {
        this.meters = meters;
    }

    /** Answers of a pack, timed. */
    Timer duration(String pack, String kind) {
        return of(pack).durationByKind()
                .computeIfAbsent(
                        kind,
                        absent -> Timer.builder(DURATION)
                                .description("Time from the last byte of a request to the answer of a pack")
                                .tag("pack", pack)
                                .tag("kind", kind)
                                .serviceLevelObjectives(BUCKETS)
                                .register(meters));
    }

    /** Requests to a pack that ended so. */
    Counter requests(String pack, String kind, String outcome) {
        return of(pack).requests()
                .computeIfAbsent(
                        new Outcome(kind, outcome),
                        absent -> Counter.builder(REQUESTS)
                                .description("Predictions asked for, by outcome")
                                .tag("pack", pack)
                                .tag("kind", kind)
                                .tag("outcome", outcome)
                                .register(meters));
    }

    private Series of(String pack) {
        return byPack.computeIfAbsent(pack, absent -> new Series());
    }

    /** Names come and go without end; where another version of a pack answers, its series begin anew. */
    void forget(String pack) {
        for (String name : NAMES) {
            meters.find(name).tag("pack", pack).meters().forEach(meters::remove);
        }
        // Afterwards: who looked one up meanwhile may have found the one that went.
        byPack.remove(pack);
    }
}

package dev.facet.server.metrics;

import dev.facet.runtime.prediction.FeatureSource;
import dev.facet.runtime.prediction.PackSelector;
import dev.facet.runtime.prediction.PredictionResponse;
import dev.facet.runtime.prediction.StageTimes;
import dev.facet.runtime.prediction.WrongKindException;
import dev.facet.runtime.registry.Lease;
import dev.facet.runtime.registry.PackRegistry;
import dev.facet.runtime.registry.PackUnavailableException;
import dev.facet.runtime.registry.UnknownPackException;
import dev.facet.server.problem.Problems;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Counts answers by pack and outcome, and times them: whole by pack, and stage by stage. Labels are names of packs that are
 * plugged, never what a client wrote.
 */
@ApplicationScoped
public class PredictionMeters {
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

    private static final String REQUESTS = "facet.requests";
    private static final String DURATION = "facet.prediction.duration";

    /** Meters with a label for each pack that answered. */
    static final List<String> BY_PACK = List.of(REQUESTS, DURATION);

    private final MeterRegistry meters;
    private final PackRegistry registry;
    private final Timer decode;
    private final Timer input;
    private final Timer queue;
    private final Timer prefix;
    private final Timer compute;
    private final Timer encode;
    private final Counter hits;
    private final Counter misses;
    private final Timer total;

    PredictionMeters(MeterRegistry meters, PackRegistry registry) {
        this.meters = meters;
        this.registry = registry;
        this.decode = stage("decode");
        this.input = stage("input");
        this.queue = stage("queue");
        this.prefix = stage("prefix");
        this.compute = stage("compute");
        this.encode = stage("encode");
        this.total = stage("total");
        this.hits = features("hit");
        this.misses = features("miss");
    }

    private Counter features(String result) {
        return Counter.builder("facet.features")
                .description(
                        "Answers on features that were there or under way (hit), or that were computed for them (miss)")
                .tag("result", result)
                .register(meters);
    }

    private Timer stage(String label) {
        return Timer.builder("facet.request.duration")
                .description("Time that predictions spend in each stage")
                .tag("stage", label)
                .serviceLevelObjectives(BUCKETS)
                .register(meters);
    }

    /**
     * Records what came of a request.
     *
     * @param packs that were asked for
     * @param responses one per pack, none where the request failed as a whole
     * @param failure why it failed, else null
     * @param begin when its last byte had arrived, on the clock of {@link System#nanoTime()}
     */
    public void record(List<PackSelector> packs, List<PredictionResponse> responses, Throwable failure, long begin) {
        long nanos = System.nanoTime() - begin;
        total.record(nanos, TimeUnit.NANOSECONDS);
        if (failure != null) {
            String outcome = outcome(failure);
            packs.forEach(selector -> count(packOf(selector), selector.kind().orElse(""), outcome));
            return;
        }
        boolean first = true;
        for (PredictionResponse response : responses) {
            if (response instanceof PredictionResponse.Success success) {
                success(success, nanos, first);
                first = false;
            } else if (response instanceof PredictionResponse.Failure failed) {
                count(failed.pack(), failed.selector().kind().orElse(""), outcome(failed.reason()));
            }
        }
    }

    private void success(PredictionResponse.Success answer, long nanos, boolean first) {
        StageTimes times = answer.times();
        if (first) {
            // Once per image, however many packs answer it.
            decode.record(times.decode(), TimeUnit.NANOSECONDS);
        }
        input.record(times.input(), TimeUnit.NANOSECONDS);
        queue.record(times.queue(), TimeUnit.NANOSECONDS);
        if (answer.features() != FeatureSource.IMAGE) {
            prefix.record(times.prefix(), TimeUnit.NANOSECONDS);
            (answer.features() == FeatureSource.SHARED ? hits : misses).increment();
        }
        compute.record(times.compute(), TimeUnit.NANOSECONDS);
        encode.record(times.encode(), TimeUnit.NANOSECONDS);
        Timer.builder(DURATION)
                .description("Time from the last byte of a request to the answer of a pack")
                .tag("pack", answer.pack().name())
                .tag("kind", answer.kind())
                .serviceLevelObjectives(BUCKETS)
                .register(meters)
                .record(nanos, TimeUnit.NANOSECONDS);
        count(answer.pack().name(), answer.kind(), "ok");
    }

    private void count(String pack, String kind, String outcome) {
        Counter.builder(REQUESTS)
                .description("Predictions asked for, by outcome")
                .tag("pack", pack)
                .tag("kind", kind)
                .tag("outcome", outcome)
                .register(meters)
                .increment();
    }

    /** The name of the pack that would have answered; empty where there is none. */
    private String packOf(PackSelector selector) {
        try (Lease lease = selector.lease(registry)) {
            return lease.id().name();
        } catch (PackUnavailableException e) {
            return e.name();
        } catch (UnknownPackException | WrongKindException e) {
            return "";
        }
    }

    /** Few values, so that the metric stays small. */
    private static String outcome(Throwable failure) {
        int status = Problems.of(failure).status();
        return switch (status) {
            case 429 -> "rejected";
            case 499 -> "cancelled";
            case 503 -> "unavailable";
            case 504 -> "timeout";
            default -> status >= 500 ? "error" : "invalid";
        };
    }
}

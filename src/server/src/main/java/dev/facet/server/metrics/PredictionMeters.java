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
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Counts answers by pack and outcome, and times them: whole by pack, and stage by stage. Labels are names of packs that are
 * plugged, never what a client wrote.
 */
@ApplicationScoped
public class PredictionMeters {
    private final PackSeries series;
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

    PredictionMeters(MeterRegistry meters, PackSeries series, PackRegistry registry) {
        this.series = series;
        this.registry = registry;
        this.decode = stage("decode", meters);
        this.input = stage("input", meters);
        this.queue = stage("queue", meters);
        this.prefix = stage("prefix", meters);
        this.compute = stage("compute", meters);
        this.encode = stage("encode", meters);
        this.total = stage("total", meters);
        this.hits = features("hit", meters);
        this.misses = features("miss", meters);
    }

    private static Counter features(String result, MeterRegistry meters) {
        return Counter.builder("facet.features")
                .description(
                        "Answers on features that were there or under way (hit), or that were computed for them (miss)")
                .tag("result", result)
                .register(meters);
    }

    private static Timer stage(String label, MeterRegistry meters) {
        return Timer.builder("facet.request.duration")
                .description("Time that predictions spend in each stage")
                .tag("stage", label)
                .serviceLevelObjectives(PackSeries.BUCKETS)
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
        series.duration(answer.pack().name(), answer.kind()).record(nanos, TimeUnit.NANOSECONDS);
        count(answer.pack().name(), answer.kind(), "ok");
    }

    private void count(String pack, String kind, String outcome) {
        series.requests(pack, kind, outcome).increment();
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

package dev.facet.server.metrics;

import dev.facet.runtime.prediction.FeatureSource;
import dev.facet.runtime.prediction.PackSelector;
import dev.facet.runtime.prediction.PredictionResponse;
import dev.facet.runtime.prediction.RequestStage;
import dev.facet.runtime.prediction.StageTimes;
import dev.facet.runtime.prediction.WrongKindException;
import dev.facet.runtime.registry.Lease;
import dev.facet.runtime.registry.PackId;
import dev.facet.runtime.registry.PackRegistry;
import dev.facet.runtime.registry.PackUnavailableException;
import dev.facet.runtime.registry.UnknownPackException;
import dev.facet.server.problem.Problems;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/**
 * Counts answers by pack, version and outcome, and times them: whole, and stage by stage. Labels are names of packs that are plugged,
 * never what a client wrote.
 */
@ApplicationScoped
public class PredictionMeters {
    private final PackSeries series;
    private final PackRegistry registry;
    private final Counter hits;
    private final Counter misses;

    PredictionMeters(MeterRegistry meters, PackSeries series, PackRegistry registry) {
        this.series = series;
        this.registry = registry;
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

    /**
     * Records what came of a request.
     *
     * @param asked the packs that were asked for
     * @param held those that it held, in the same order; empty where it came to none
     * @param responses one per pack, none where the request failed as a whole
     * @param failure why it failed, else null
     * @param begin when its last byte had arrived, on the clock of {@link System#nanoTime()}
     */
    public void record(
            List<PackSelector> asked,
            List<Optional<PackId>> held,
            List<PredictionResponse> responses,
            Throwable failure,
            long begin) {
        long nanos = System.nanoTime() - begin;
        boolean first = true;
        for (int i = 0; i < asked.size(); i++) {
            PackSelector selector = asked.get(i);
            PredictionResponse response = i < responses.size() ? responses.get(i) : null;
            if (response instanceof PredictionResponse.Success success) {
                success(success, nanos, first);
                first = false;
            } else if (failure != null || response instanceof PredictionResponse.Failure) {
                Throwable reason = response instanceof PredictionResponse.Failure failed ? failed.reason() : failure;
                PackSeries.Series own = i < held.size() && held.get(i).isPresent()
                        ? series.of(held.get(i).get())
                        : reached(selector);
                own.request(selector.kind().orElse(""), outcome(reason));
            }
        }
    }

    /**
     * Records how long it took to send an answer.
     *
     * @param pack whose answer it is
     */
    public void written(PackId pack, long nanos) {
        series.of(pack).stage(RequestStage.WRITE, nanos);
    }

    private void success(PredictionResponse.Success answer, long nanos, boolean first) {
        StageTimes times = answer.times();
        PackSeries.Series own = series.of(answer.pack());
        if (first) {
            // Once per image, however many packs answer it.
            own.stage(RequestStage.DECODE, times.decode());
        }
        own.stage(RequestStage.INPUT, times.input());
        own.stage(RequestStage.QUEUE, times.queue());
        if (answer.features() != FeatureSource.IMAGE) {
            own.stage(RequestStage.PREFIX, times.prefix());
            (answer.features() == FeatureSource.SHARED ? hits : misses).increment();
        }
        own.stage(RequestStage.COMPUTE, times.compute());
        own.stage(RequestStage.ENCODE, times.encode());
        own.duration(answer.kind(), nanos);
        own.request(answer.kind(), "ok");
    }

    /** Those of the pack that would have answered. */
    private PackSeries.Series reached(PackSelector selector) {
        try (Lease lease = selector.lease(registry)) {
            return series.of(lease.id());
        } catch (PackUnavailableException e) {
            return series.ofUnavailable(e.name());
        } catch (UnknownPackException | WrongKindException e) {
            return series.ofNone();
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

package dev.facet.server.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Counts answers and times their stages. */
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

    private final MeterRegistry meters;
    private final Map<Stage, Timer> stages = new EnumMap<>(Stage.class);

    /** The stages of a prediction. */
    public enum Stage {
        /** From bytes to pixels. */
        DECODE,
        /** From pixels to the network's input. */
        INPUT,
        /** Waiting for a turn. */
        QUEUE,
        /** The engine's run. */
        COMPUTE,
        /** From the network's map to the answer. */
        OUTPUT,
        /** From the answer to bytes. */
        ENCODE,
        /** From the last byte of the request to the answer. */
        TOTAL;

        private String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    PredictionMeters(MeterRegistry meters) {
        this.meters = meters;
        for (Stage stage : Stage.values()) {
            stages.put(
                    stage,
                    Timer.builder("facet.request.duration")
                            .description("Time that predictions spend in each stage")
                            .tag("stage", stage.label())
                            .serviceLevelObjectives(BUCKETS)
                            .register(meters));
        }
    }

    /**
     * Counts one answer.
     *
     * @param pack name of a pack that is plugged; empty where none was reached
     * @param outcome from a small closed set
     */
    public void count(String pack, String kind, String outcome) {
        Counter.builder("facet.requests")
                .description("Predictions asked for, by outcome")
                .tag("pack", pack)
                .tag("kind", kind)
                .tag("outcome", outcome)
                .register(meters)
                .increment();
    }

    /** Times one stage. */
    public void time(Stage stage, long nanos) {
        stages.get(stage).record(nanos, TimeUnit.NANOSECONDS);
    }
}

package dev.facet.server.metrics;

import dev.facet.core.tensor.Tensor;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.prediction.FeatureCache;
import dev.facet.runtime.schedule.EngineTurns;
import dev.facet.runtime.schedule.MemoryBudget;
import dev.facet.runtime.schedule.Scheduler;
import dev.facet.server.access.AccessKeys;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Shows the queue, the bank and the build. */
@Startup
@Singleton
class ServerMeters {
    private final MeterRegistry meters;
    private final List<Meter> own = new ArrayList<>();

    ServerMeters(
            MeterRegistry meters,
            Scheduler scheduler,
            MemoryBudget memory,
            EngineTurns turns,
            FeatureCache features,
            AccessKeys keys,
            Engine engine,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.meters = meters;
        own.add(Gauge.builder("facet.queue.depth", scheduler, Scheduler::waiting)
                .description("Predictions that wait for a place")
                .register(meters));
        own.add(Gauge.builder("facet.queue.running", scheduler, Scheduler::underWay)
                .description("Predictions that are worked on")
                .register(meters));
        own.add(Gauge.builder(
                        "facet.queue.wait",
                        scheduler,
                        queue -> queue.expectedWait().toNanos() / 1e9)
                .baseUnit("seconds")
                .description("How long a prediction that came now would wait, as far as is known")
                .register(meters));
        own.add(Gauge.builder("facet.memory.held", memory, MemoryBudget::heldBytes)
                .baseUnit("bytes")
                .description("Memory that is reserved for requests, their bodies included")
                .register(meters));
        own.add(Gauge.builder("facet.memory.limit", memory, MemoryBudget::totalBytes)
                .baseUnit("bytes")
                .description("Memory that may be reserved for requests")
                .register(meters));
        own.add(Gauge.builder("facet.features.kept", features, FeatureCache::idleBytes)
                .baseUnit("bytes")
                .description("Memory of features of images that are kept for later requests")
                .register(meters));
        own.add(FunctionCounter.builder("facet.engine.cpu", turns, engineTurns -> engineTurns.cpuNanos() / 1e9)
                .baseUnit("seconds")
                .description("CPU time of the threads that run the engine; without those of its pool")
                .register(meters));
        own.add(Gauge.builder(
                        "facet.keys.refused", keys, known -> known.problem().isPresent() ? 1 : 0)
                .description("1 while the file of keys can't be used, and the former keys stay")
                .register(meters));
        long bankBytes = engine.bank().tensors().values().stream()
                .mapToLong(Tensor::sizeBytes)
                .sum();
        own.add(Gauge.builder("facet.bank.bytes", () -> bankBytes)
                .description("Bytes of the filter bank's tensors as stored")
                .register(meters));
        own.add(Gauge.builder("facet.build.info", () -> 1)
                .description("1, with the server's version and device")
                .tag("version", version)
                .tag("device", engine.report().device())
                .register(meters));
    }

    /** The registry outlives an application in tests and in development, and would keep meters of objects that are gone. */
    @PreDestroy
    void stop() {
        own.forEach(meters::remove);
    }
}

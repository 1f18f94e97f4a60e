package dev.facet.server.metrics;

import dev.facet.core.tensor.Tensor;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.schedule.Scheduler;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Shows the queue, the bank and the build. */
@Startup
@Singleton
class ServerMeters {
    ServerMeters(
            MeterRegistry meters,
            Scheduler scheduler,
            Engine engine,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        Gauge.builder("facet.queue.depth", scheduler, Scheduler::queueDepth)
                .description("Predictions that wait for the engine")
                .register(meters);
        Gauge.builder("facet.queue.running", scheduler, Scheduler::running)
                .description("Predictions that the engine computes")
                .register(meters);
        long bankBytes = engine.bank().tensors().values().stream()
                .mapToLong(Tensor::sizeBytes)
                .sum();
        Gauge.builder("facet.bank.bytes", () -> bankBytes)
                .description("Bytes of the filter bank's tensors as stored")
                .register(meters);
        Gauge.builder("facet.build.info", () -> 1)
                .description("1, with the server's version and device")
                .tag("version", version)
                .tag("device", engine.report().device())
                .register(meters);
    }
}

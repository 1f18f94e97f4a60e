package dev.facet.server.tracing;

import dev.facet.server.configuration.FacetConfiguration;
import dev.facet.server.configuration.StartFailure;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.opentelemetry.sdk.resources.Resource;
import io.quarkus.runtime.Startup;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * OpenTelemetry's SDK, where {@code facet.tracing.enabled} says so; without it the SDK isn't started. The SDK reads its own
 * settings: {@code OTEL_…} of the environment, {@code otel.…} of the system properties and of the server's configuration. Thread-safe.
 */
@Startup
@Singleton
public class Tracing {
    private static final long CLOSE_SECONDS = 5;

    private final Spans spans;

    /** What there is if there is anything. */
    private record Spans(OpenTelemetrySdk sdk, RequestSpans requests) {}

    Tracing(
            FacetConfiguration configuration,
            Config config,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.spans = configuration.tracing().enabled() ? open(config, version) : null;
    }

    private static Spans open(Config config, String version) {
        Map<String, String> defaults = new HashMap<>();
        defaults.put("otel.service.name", "facet");
        defaults.put("otel.exporter.otlp.protocol", "http/protobuf");
        // Prometheus has the metrics, and logs go where the process' output goes.
        defaults.put("otel.metrics.exporter", "none");
        defaults.put("otel.logs.exporter", "none");
        for (String name : config.getPropertyNames()) {
            if (name.startsWith("otel.")) {
                config.getOptionalValue(name, String.class).ifPresent(value -> defaults.put(name, value));
            }
        }
        Resource own = Resource.builder()
                .put(AttributeKey.stringKey("service.version"), version)
                .build();
        try {
            OpenTelemetrySdk sdk = AutoConfiguredOpenTelemetrySdk.builder()
                    .addPropertiesSupplier(() -> defaults)
                    .addResourceCustomizer((resource, settings) -> own.merge(resource))
                    .disableShutdownHook()
                    .build()
                    .getOpenTelemetrySdk();
            return new Spans(sdk, new RequestSpans(sdk, version));
        } catch (ConfigurationException e) {
            throw new StartFailure("facet.tracing.enabled: OpenTelemetry's settings are wrong: " + e.getMessage());
        }
    }

    /**
     * Begins the span of a request, which ends with its answer.
     *
     * @param isCall whether it is a call of gRPC
     */
    public void begin(RoutingContext context, boolean isCall) {
        if (spans != null) {
            spans.requests().begin(context, isCall);
        }
    }

    /** Sends what is left, for as long as that may take. */
    @PreDestroy
    void close() {
        if (spans != null) {
            spans.sdk().shutdown().join(CLOSE_SECONDS, TimeUnit.SECONDS);
        }
    }
}

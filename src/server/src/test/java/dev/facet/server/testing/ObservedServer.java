package dev.facet.server.testing;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.List;
import java.util.Map;

/** A server that tells all it can of its requests: spans, lines of the access log; and has metrics of few packs. */
public final class ObservedServer implements QuarkusTestProfile {
    /** Versions with metrics of their own. */
    public static final int METRIC_PACKS = 4;

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of(
                "quarkus.log.category.\"facet.access\".level",
                "INFO",
                "facet.limits.metric-packs",
                Integer.toString(METRIC_PACKS));
    }

    @Override
    public List<TestResourceEntry> testResources() {
        return List.of(new TestResourceEntry(ModelsResource.class), new TestResourceEntry(SpanCollector.class));
    }
}

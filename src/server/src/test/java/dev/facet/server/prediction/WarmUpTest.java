package dev.facet.server.prediction;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.server.management.FailedPacksTest;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A server has answered before it is ready, for itself, and starts though a pack of it is broken. */
@QuarkusTest
@TestProfile(WarmUpTest.Warm.class)
class WarmUpTest {
    /** As servers start outside of tests. */
    public static final class Warm extends FailedPacksTest.WithBrokenSeeds {
        @Override
        public Map<String, String> getConfigOverrides() {
            Map<String, String> overrides = new HashMap<>(super.getConfigOverrides());
            overrides.put("facet.engine.warm-up", "true");
            return overrides;
        }
    }

    @Test
    void theEngineHasRunAndNoRequestIsCounted() {
        assertThat(given().get("/q/metrics").asString())
                .containsPattern("facet_engine_cpu_seconds_total [0-9.E-]*[1-9]")
                .doesNotContain("facet_requests_total{");
    }
}

package dev.facet.server.management;

import static dev.facet.server.testing.Uploads.managed;
import static dev.facet.server.testing.Uploads.put;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.core.pack.PackReader;
import dev.facet.core.pack.PackWriter;
import dev.facet.server.testing.ModelsResource;
import dev.facet.server.testing.SyntheticModels;
import dev.facet.server.testing.Uploads;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(ModelsResource.class)
class AuditTest {
    private static final byte[] PACK =
            PackWriter.toBytes(SyntheticModels.pack("audited", "1", SyntheticModels.EDGES, 81));

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            lines.add(format(entry));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    private static String format(LogRecord entry) {
        return entry.getParameters() == null
                ? entry.getMessage()
                : entry.getMessage().formatted(entry.getParameters());
    }

    @BeforeEach
    void listen() {
        Logger.getLogger("facet.audit").addHandler(handler);
    }

    @AfterEach
    void stopListening() {
        Logger.getLogger("facet.audit").removeHandler(handler);
    }

    @Test
    void writesOneLineForEachChange() {
        String key = Uploads.authorization().substring("Bearer ".length());
        String digest = PackReader.readUnbound(PACK).digest();
        put("audited/versions/1", PACK, "X-Request-Id", "upload-7").status(201);
        managed().post("/v1/packs/audited/activate?version=1").then().statusCode(200);
        managed().put("/v1/defaults/depth?pack=audited").then().statusCode(409);
        put("audited/versions/2", PACK).status(422);
        managed().delete("/v1/packs/audited/versions/1").then().statusCode(204);
        managed().get("/v1/packs/edges/versions/1").then().statusCode(200);
        assertThat(lines).hasSize(5);
        assertThat(lines.get(0))
                .contains("action='PUT /v1/packs/audited/versions/1'", "outcome=done", "status=201")
                .contains("digest=" + digest, "address=127.0.0.1", "requestId=upload-7")
                .contains("key=management");
        assertThat(lines.get(1)).contains("activate?version=1'", "outcome=done", "digest=" + digest);
        assertThat(lines.get(2)).contains("/v1/defaults/depth", "outcome=WRONG_KIND", "status=409");
        assertThat(lines.get(3)).contains("status=422", "digest=" + digest).doesNotContain("outcome=done");
        assertThat(lines.get(4)).contains("action='DELETE ", "status=204", "digest=" + digest);
        assertThat(lines).noneMatch(line -> line.contains(key));
    }

    @Test
    void writesOneLineForEachRefusal() {
        put("audited/versions/1", PACK, "Authorization", "Bearer guessed").status(401);
        given().delete("/v1/packs/edges/versions/1?x='%0Aaction").then().statusCode(401);
        given().get("/v1/packs/edges/versions/1").then().statusCode(401);
        assertThat(lines).hasSize(3).allMatch(line -> line.contains("outcome=UNAUTHORIZED, status=401"));
        assertThat(lines.get(0)).contains("key=unknown").doesNotContain("guessed");
        assertThat(lines.get(1)).contains("key=none").doesNotContain("\n");
    }
}

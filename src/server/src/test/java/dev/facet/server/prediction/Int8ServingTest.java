package dev.facet.server.prediction;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.facet.core.image.PngWriter;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.PackWriter;
import dev.facet.core.pack.Plan;
import dev.facet.core.quantization.CalibrationMethod;
import dev.facet.runtime.engine.Engine;
import dev.facet.server.testing.ModelsResource;
import dev.facet.server.testing.SyntheticModels;
import dev.facet.server.testing.Uploads;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A pack that offers int8 runs so where bank and processor allow it; the answer says how it was executed. */
@QuarkusTest
@QuarkusTestResource(ModelsResource.class)
class Int8ServingTest {
    private static ModulatorPack normals;
    private static ModulatorPack saliency;

    @Inject
    Engine engine;

    @BeforeEach
    void quantize() {
        if (normals == null) {
            normals = SyntheticModels.pack("normals", "1", SyntheticModels.NORMALS, 81);
            saliency = SyntheticModels.pack("saliency", "1", SyntheticModels.SALIENCY, 82);
            try {
                normals = SyntheticModels.quantized(normals, SyntheticModels.calibration());
                saliency = SyntheticModels.quantized(saliency, SyntheticModels.calibration());
            } catch (dev.facet.core.pack.PackException e) {
                assumeTrue(false, e.getMessage());
            }
        }
        assumeTrue(engine.automaticPlan(normals.manifest()) == Plan.INT8, "the processor has 8-bit dot products");
    }

    /** Other tests ask the same server. */
    @AfterEach
    void unplug() {
        for (String name : List.of("normals", "saliency", "foreign")) {
            List<String> versions = given().get("/v1/packs/" + name).jsonPath().getList("versions.version");
            for (String version : versions == null ? List.<String>of() : versions) {
                Uploads.managed()
                        .delete("/v1/packs/%s/versions/%s".formatted(name, version))
                        .then()
                        .statusCode(204);
            }
        }
    }

    private static byte[] version(ModulatorPack pack, String version) {
        PackManifest manifest = pack.manifest();
        return PackWriter.toBytes(new ModulatorPack(
                manifest.withAddress(manifest.name(), version, manifest.description()), pack.tensors(), ""));
    }

    private static byte[] png(String text) {
        byte[] rgb = new byte[60 * 80 * 3];
        new SplittableRandom(4).nextBytes(rgb);
        return PngWriter.rgb8(60, 80, rgb, Map.of("Comment", text));
    }

    private static Response ask(String kind, String pack, byte[] image) {
        return given().contentType("image/png")
                .accept("application/x-npy")
                .queryParam("raw", "logits")
                .queryParam("pack", pack)
                .body(image)
                .post("/v1/" + kind);
    }

    @Test
    void thePlanIsInt8UnlessAnotherIsAskedFor() {
        Uploads.put("normals/versions/1", version(normals, "1")).status(201);
        Uploads.put("normals/versions/2?plan=factored", version(normals, "2")).status(201);
        given().get("/v1/packs/normals")
                .then()
                .body("versions.find { it.version == '1' }.plan", equalTo("int8"))
                .body("versions.find { it.version == '2' }.plan", equalTo("factored"));
        byte[] image = png("plans");
        Response int8 = ask("normals", "normals@1", image);
        Response factored = ask("normals", "normals@2", image);
        assertThat(int8.header("Facet-Pack-Plan")).isEqualTo("int8");
        assertThat(factored.header("Facet-Pack-Plan")).isEqualTo("factored");
        assertThat(int8.asByteArray()).isNotEqualTo(factored.asByteArray()).hasSameSizeAs(factored.asByteArray());
    }

    @Test
    void sharedFeaturesGiveTheSameBitsAndNoOthersPlanTakesThem() {
        Uploads.put("normals/versions/3", version(normals, "3")).status(201);
        Uploads.put("saliency/versions/3", version(saliency, "3")).status(201);
        byte[] edges = ask("edges", "edges", png("before")).asByteArray();
        byte[] image = png("shared");
        Response computed = ask("normals", "normals@3", image);
        Response shared = ask("saliency", "saliency@3", image);
        Response other = ask("edges", "edges", image);
        assertThat(computed.header("Server-Timing")).contains("prefix;desc=miss");
        assertThat(shared.header("Server-Timing")).contains("prefix;desc=hit");
        assertThat(other.header("Server-Timing")).as("features in fp32").contains("prefix;desc=miss");
        assertThat(other.asByteArray()).isEqualTo(edges);
        Response alone = ask("saliency", "saliency@3", png("alone"));
        assertThat(alone.header("Server-Timing")).contains("prefix;desc=miss");
        assertThat(shared.asByteArray()).isEqualTo(alone.asByteArray());
        assertThat(ask("normals", "normals@3", image).asByteArray()).isEqualTo(computed.asByteArray());
    }

    @Test
    void aPackOfAnotherCalibrationRunsFactoredAndIsRefusedInt8ByName() {
        ModulatorPack bare = SyntheticModels.pack("foreign", "1", SyntheticModels.DEPTH, 83);
        ModulatorPack foreign =
                SyntheticModels.quantized(bare, SyntheticModels.calibration(CalibrationMethod.LEAST_ERROR));
        byte[] bytes = PackWriter.toBytes(foreign);
        Uploads.Answer refused = Uploads.put("foreign/versions/1?plan=int8", bytes);
        refused.status(422).code("WRONG_CALIBRATION");
        assertThat(refused.response().body())
                .contains(SyntheticModels.calibration().digest())
                .contains(foreign.manifest()
                        .quantization()
                        .orElseThrow()
                        .calibration()
                        .orElseThrow());
        Uploads.Answer taken = Uploads.put("foreign/versions/1", bytes).status(201);
        assertThat(taken.json().getString("plan")).isEqualTo("factored");
    }
}

package dev.facet.server.management;

import static dev.facet.server.testing.Uploads.managed;
import static dev.facet.server.testing.Uploads.put;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import dev.facet.core.pack.PackWriter;
import dev.facet.core.task.TaskKind;
import dev.facet.server.testing.ForgedPacks;
import dev.facet.server.testing.Images;
import dev.facet.server.testing.ModelsResource;
import dev.facet.server.testing.SyntheticModels;
import dev.facet.server.testing.Uploads;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ExtractableResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(ModelsResource.class)
class PacksResourceTest {
    private static final byte[] IMAGE = Images.image("jpg", 40, 56, 5);
    private static final String PROBLEM = "application/problem+json";

    private static byte[] bytes(String name, String version, TaskKind task, long seed) {
        return PackWriter.toBytes(SyntheticModels.pack(name, version, task, seed));
    }

    private static void delete(String address) {
        managed().delete("/v1/packs/" + address).then().statusCode(204);
    }

    private static String answeringDigest(String call, int status) {
        return given().body(IMAGE)
                .contentType("image/jpeg")
                .post(call)
                .then()
                .statusCode(status)
                .extract()
                .header("Facet-Pack-Digest");
    }

    @Test
    void listsPacksWithWhatTheyAreAndCost() {
        given().get("/v1/packs")
                .then()
                .statusCode(200)
                .body("packs.name", hasItems("depth", "edges", "segmentation"))
                .body("packs.find { it.name == 'edges' }.digest.length()", is(64))
                .body("packs.find { it.name == 'edges' }.memoryBytes", greaterThan(1000))
                .body("packs.find { it.name == 'edges' }.plan", equalTo("factored"))
                .body("packs.find { it.name == 'edges' }.licence", equalTo("CC0-1.0"))
                .body("packs.find { it.name == 'segmentation' }.parameters.classes.size()", is(3))
                .body("defaults.edges", equalTo("edges"))
                .body("failures.size()", is(0));
    }

    @Test
    void listsPacksPageByPage() {
        List<String> names = new ArrayList<>();
        String address = "/v1/packs?limit=1";
        while (address != null) {
            ExtractableResponse<?> page = given().urlEncodingEnabled(false)
                    .get(address)
                    .then()
                    .statusCode(200)
                    .body("packs.size()", is(1))
                    .extract();
            names.add(page.path("packs[0].name") + "@" + page.path("packs[0].version"));
            String next = page.path("next");
            String link = page.header("Link");
            assertThat(link)
                    .isEqualTo(next == null ? null : "</v1/packs?limit=1&after=%s>; rel=\"next\"".formatted(next));
            address = next == null ? null : link.substring(1, link.indexOf('>'));
        }
        assertThat(names)
                .contains("depth@1", "edges@1", "segmentation@1")
                .isSorted()
                .doesNotHaveDuplicates();
        for (String bad :
                List.of("limit=", "limit=0", "limit=1001", "limit=many", "after=", "after=edges", "after=Edges@1")) {
            given().get("/v1/packs?" + bad)
                    .then()
                    .statusCode(400)
                    .contentType(PROBLEM)
                    .body("code", equalTo("INVALID_PARAMETER"));
        }
    }

    @Test
    void saysWhetherAPackAnswers() {
        given().get("/v1/packs/edges/ready")
                .then()
                .statusCode(200)
                .body("ready", is(true))
                .body("pack", equalTo("edges@1"))
                .body("reason", nullValue());
        given().get("/v1/packs/nothing/ready").then().statusCode(404).contentType(PROBLEM);
        managed().delete("/v1/packs/edges").then().statusCode(404).contentType(PROBLEM);
        managed()
                .get("/v1/packs/edges/versions/1/signature")
                .then()
                .statusCode(404)
                .body("code", equalTo("NO_SIGNATURE"));
    }

    @Test
    void servesAnUploadedPackUntilItIsRemoved() {
        byte[] pack = bytes("normals", "1", SyntheticModels.NORMALS, 31);
        assertThat(answeringDigest("/v1/normals", 404)).isNull();
        Uploads.Answer created = put("normals/versions/1", pack).status(201);
        String digest = created.digest();
        assertThat(created.header("Location")).endsWith("/v1/packs/normals/versions/1");
        assertThat(created.json().getBoolean("active")).isTrue();
        assertThat(created.json().getBoolean("defaultOfKind")).isTrue();
        assertThat(created.json().getString("origin")).isEqualTo("uploaded");
        assertThat(answeringDigest("/v1/normals", 200)).isEqualTo(digest);

        assertThat(put("normals/versions/1", pack).status(200).header("ETag")).isEqualTo('"' + digest + '"');
        put("normals/versions/1", bytes("normals", "1", SyntheticModels.NORMALS, 32))
                .status(409)
                .code("VERSION_EXISTS");
        put("normals/versions/1", pack, "If-None-Match", "*").status(412).code("PRECONDITION_FAILED");
        assertThat(Uploads.get("/v1/packs/normals/versions/1")).isEqualTo(pack);
        managed()
                .header("If-None-Match", '"' + digest + '"')
                .get("/v1/packs/normals/versions/1")
                .then()
                .statusCode(304);
        managed()
                .accept("application/json")
                .get("/v1/packs/normals/versions/1")
                .then()
                .statusCode(200)
                .body("kind", equalTo("normals"));

        delete("normals/versions/1");
        answeringDigest("/v1/normals", 404);
        managed().delete("/v1/packs/normals/versions/1").then().statusCode(404).contentType(PROBLEM);
        given().get("/v1/packs/normals").then().statusCode(404).contentType(PROBLEM);
    }

    @Test
    void switchesToANewVersionAndBack() {
        String first = answeringDigest("/v1/edges", 200);
        String second = put("edges/versions/2", bytes("edges", "2", SyntheticModels.EDGES, 33))
                .status(201)
                .digest();
        assertThat(answeringDigest("/v1/edges", 200)).isEqualTo(second);
        assertThat(answeringDigest("/v1/edges?pack=edges@1", 200)).isEqualTo(first);
        managed()
                .body("{\"version\": \"1\"}")
                .contentType("application/json")
                .post("/v1/packs/edges/activate")
                .then()
                .statusCode(200)
                .body("version", equalTo("1"));
        assertThat(answeringDigest("/v1/edges", 200)).isEqualTo(first);
        managed().post("/v1/packs/edges/activate?version=2").then().statusCode(200);
        assertThat(answeringDigest("/v1/edges", 200)).isEqualTo(second);
        given().get("/v1/packs/edges")
                .then()
                .statusCode(200)
                .body("active", equalTo("2"))
                .body("versions.version", hasItems("1", "2"));
        managed()
                .post("/v1/packs/edges/activate?version=7")
                .then()
                .statusCode(404)
                .body("code", equalTo("UNKNOWN_PACK"));
        managed().body("[]").post("/v1/packs/edges/activate").then().statusCode(400);
        delete("edges/versions/2");
        assertThat(answeringDigest("/v1/edges", 200)).isEqualTo(first);
    }

    @Test
    void aVersionThatIsntActivatedAnswersOnlyByItsNumber() {
        String first = answeringDigest("/v1/depth", 200);
        byte[] pack = bytes("depth", "2", SyntheticModels.DEPTH, 34);
        Uploads.Answer created =
                put("depth/versions/2?activate=false&plan=merged", pack).status(201);
        String second = created.digest();
        assertThat(created.json().getString("plan")).isEqualTo("merged");
        assertThat(answeringDigest("/v1/depth", 200)).isEqualTo(first);
        assertThat(answeringDigest("/v1/depth?pack=depth@2", 200)).isEqualTo(second);
        delete("depth/versions/2");
    }

    @Test
    void theAnswerSaysWhetherBytesThatAreThereAnswerAndAskedForTheyDo() {
        String before = answeringDigest("/v1/depth", 200);
        byte[] pack = bytes("depth", "5", SyntheticModels.DEPTH, 35);
        put("depth/versions/5?activate=false", pack).status(201);

        assertThat(put("depth/versions/5", pack).status(200).json().getBoolean("active"))
                .isFalse();
        assertThat(answeringDigest("/v1/depth", 200)).isEqualTo(before);

        Uploads.Answer asked = put("depth/versions/5?activate=true", pack).status(200);
        assertThat(asked.json().getBoolean("active")).isTrue();
        assertThat(answeringDigest("/v1/depth", 200)).isEqualTo(asked.digest());
        delete("depth/versions/5");
        assertThat(answeringDigest("/v1/depth", 200)).isEqualTo(before);
    }

    @Test
    void theSameBytesChangeThePlanWhileRequestsAreAnswered() throws Exception {
        byte[] pack = bytes("saliency", "4", SyntheticModels.SALIENCY, 42);
        String digest = put("saliency/versions/4", pack).status(201).digest();
        byte[] factored = saliency("factored");
        ExecutorService clients = Executors.newFixedThreadPool(2);
        AtomicBoolean over = new AtomicBoolean();
        try {
            List<Future<Integer>> answers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                answers.add(clients.submit(() -> {
                    int answered = 0;
                    while (!over.get() || answered == 0) {
                        assertThat(answeringDigest("/v1/saliency", 200)).isEqualTo(digest);
                        answered++;
                    }
                    return answered;
                }));
            }
            for (String plan : List.of("merged", "factored", "merged")) {
                Uploads.Answer changed =
                        put("saliency/versions/4?plan=" + plan, pack).status(200);
                assertThat(changed.json().getString("plan")).isEqualTo(plan);
                assertThat(changed.json().getBoolean("active")).isTrue();
                assertThat(changed.digest()).isEqualTo(digest);
            }
            over.set(true);
            for (Future<Integer> answer : answers) {
                assertThat(answer.get()).isPositive();
            }
        } finally {
            over.set(true);
            clients.shutdown();
        }
        saliency("merged");
        assertThat(put("saliency/versions/4", pack).status(200).json().getString("plan"))
                .isEqualTo("merged");
        put("saliency/versions/4?plan=int8", pack).status(422).code("PLAN_REFUSED");
        assertThat(put("saliency/versions/4?plan=auto", pack).status(200).json().getString("plan"))
                .isEqualTo("factored");
        assertThat(saliency("factored")).isEqualTo(factored);
        delete("saliency/versions/4");
    }

    private static byte[] saliency(String plan) {
        return given().body(IMAGE)
                .contentType("image/jpeg")
                .post("/v1/saliency.npy")
                .then()
                .statusCode(200)
                .header("Facet-Pack-Plan", plan)
                .extract()
                .asByteArray();
    }

    @Test
    void choosesThePackThatAnswersForAKind() {
        String first = answeringDigest("/v1/edges", 200);
        Uploads.Answer created = put("contours/versions/1", bytes("contours", "1", SyntheticModels.EDGES, 35))
                .status(201);
        String other = created.digest();
        assertThat(created.json().getBoolean("defaultOfKind")).isFalse();
        assertThat(answeringDigest("/v1/edges", 200)).isEqualTo(first);
        managed()
                .body("{\"pack\": \"contours\"}")
                .contentType("application/json")
                .put("/v1/defaults/edges")
                .then()
                .statusCode(200);
        assertThat(answeringDigest("/v1/edges", 200)).isEqualTo(other);
        given().get("/v1/defaults/edges").then().statusCode(200).body("pack", equalTo("contours"));
        managed().put("/v1/defaults/depth?pack=contours").then().statusCode(409).body("code", equalTo("WRONG_KIND"));
        managed().put("/v1/defaults/flow?pack=contours").then().statusCode(404).contentType(PROBLEM);
        given().get("/v1/defaults/human-parts").then().statusCode(404).contentType(PROBLEM);
        delete("contours/versions/1");
        assertThat(answeringDigest("/v1/edges", 200)).isEqualTo(first);
    }

    @Test
    void checksTheContentDigest() {
        byte[] pack = bytes("saliency", "9", SyntheticModels.SALIENCY, 36);
        put("saliency/versions/9", pack, "Content-Digest", ContentDigest.format("00".repeat(32)))
                .status(400)
                .code("CONTENT_DIGEST_MISMATCH");
        put("saliency/versions/9", pack, "Content-Digest", "sha-256=:nonsense")
                .status(400)
                .code("INVALID_HEADER");
        given().get("/v1/packs/saliency").then().statusCode(404);
    }

    @Test
    void refusesWhatIsNoPackAndListsWhatIsWrong() {
        byte[] pack = bytes("saliency", "8", SyntheticModels.SALIENCY, 37);
        refused("saliency/versions/8", new byte[0]);
        managed().put("/v1/packs/saliency/versions/8").then().statusCode(422).body("code", equalTo("BAD_FILE"));
        refused("saliency/versions/8", "hello".getBytes());
        refused("saliency/versions/8", Arrays.copyOf(pack, pack.length / 2));
        refused("saliency/versions/8", Arrays.copyOf(pack, pack.length - 1));
        refused("saliency/versions/8", Arrays.copyOf(pack, pack.length + 1));
        refused("saliency/versions/7", pack).code("WRONG_ADDRESS");
        byte[] ofAnotherBank = PackWriter.toBytes(
                SyntheticModels.pack(SyntheticModels.bank(99), "saliency", "8", SyntheticModels.SALIENCY, 38));
        refused("saliency/versions/8", ofAnotherBank).code("WRONG_BANK");
        given().get("/v1/packs/saliency").then().statusCode(404);
        given().get("/v1/packs").then().body("packs.name", not(hasItems("saliency")));
    }

    @Test
    void refusesAPackOfWhichAnyBitIsFlipped() {
        byte[] pack = bytes("saliency", "6", SyntheticModels.SALIENCY, 39);
        long seed = System.nanoTime();
        System.out.println("seed of flipped bits: " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 40; i++) {
            // The first half in the header, where every byte means something else.
            int position = i < 20 ? random.nextInt(4096) : random.nextInt(pack.length);
            byte[] flipped = pack.clone();
            flipped[position] ^= (byte) (1 << random.nextInt(8));
            refused("saliency/versions/6", flipped);
        }
    }

    @Test
    void refusesWeightsThatAreNoNumbersThoughTheirDigestIsRight() {
        byte[] pack = bytes("saliency", "5", SyntheticModels.SALIENCY, 40);
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            refused("saliency/versions/5", ForgedPacks.withFirstValue(pack, "decoder.predict.bias", bad))
                    .code("NOT_FINITE");
        }
        // Finite, but not what the self-test says: the forged digest is right.
        refused("saliency/versions/5", ForgedPacks.withFirstValue(pack, "decoder.predict.bias", 7));
        put("saliency/versions/5", pack).status(201);
        delete("saliency/versions/5");
    }

    @Test
    void wantsTheKeyOfProgramsOnThisMachineToo() {
        byte[] pack = bytes("edges", "4", SyntheticModels.EDGES, 39);
        put("edges/versions/4", pack, "Authorization", "").status(401).code("UNAUTHORIZED");
        put("edges/versions/4", pack, "Authorization", "Bearer guess")
                .status(401)
                .code("UNAUTHORIZED");
        given().delete("/v1/packs/edges/versions/1").then().statusCode(401).contentType(PROBLEM);
        given().get("/v1/packs/edges/versions/1").then().statusCode(401).header("WWW-Authenticate", "Bearer");
        given().get("/v1/packs/edges").then().statusCode(200).body("versions.version", not(hasItems("4")));
    }

    private static Uploads.Answer refused(String address, byte[] pack) {
        Uploads.Answer answer = put(address, pack).status(422);
        assertThat(answer.header("Content-Type")).isEqualTo(PROBLEM);
        assertThat(answer.json().getList("errors.detail", String.class))
                .isNotEmpty()
                .allSatisfy(detail -> assertThat(detail).isNotEmpty());
        return answer;
    }

    @Test
    void refusesAddressesParametersAndFormsThatItDoesntKnow() {
        put("Edges/versions/1", new byte[1]).status(400).code("INVALID_PARAMETER");
        put("edges/versions/one", new byte[1]).status(400).code("INVALID_PARAMETER");
        put("edges/versions/3?plan=fast", new byte[1]).status(400).code("INVALID_PARAMETER");
        put("edges/versions/3?activ=false", new byte[1]).status(400).code("INVALID_PARAMETER");
        managed()
                .multiPart("file", "pack.safetensors", new byte[9])
                .put("/v1/packs/edges/versions/3")
                .then()
                .statusCode(415)
                .contentType(PROBLEM);
        put("edges/versions/3", new byte[9], "Facet-Signature", "c2lnbmF0dXJl")
                .status(422)
                .code("BAD_SIGNATURE");
        given().post("/v1/packs").then().statusCode(405).contentType(PROBLEM);
    }

    @Test
    void saysWhatTheBankIsAndWhatEverythingCosts() {
        given().get("/v1/bank")
                .then()
                .statusCode(200)
                .body("architecture", equalTo("resnet18"))
                .body("fingerprint", equalTo(SyntheticModels.bank().fingerprint()))
                .body("device", equalTo("cpu"))
                .body("memory.sessions.bankBytes.max()", greaterThan(1_000_000))
                .body("memory.packs.size()", greaterThan(2))
                .body("memory.wholeModelsBytes", greaterThan(100_000_000));
    }

    @Test
    void describesEveryCallInTheContract() {
        String contract = given().get("/q/openapi?format=json")
                .then()
                .statusCode(200)
                .extract()
                .asString();
        assertThat(contract)
                .contains("\"listPacks\"", "\"getPack\"", "\"uploadPack\"", "\"downloadPack\"", "\"deletePack\"")
                .contains(
                        "\"activatePack\"",
                        "\"getPackReadiness\"",
                        "\"downloadSignature\"",
                        "\"dismissFailure\"",
                        "\"listDefaults\"",
                        "\"getDefault\"",
                        "\"setDefault\"",
                        "\"getBank\"");
        managed().get("/v1/packs/edges/versions/77").then().statusCode(404).body("detail", containsString("edges@1"));
    }
}

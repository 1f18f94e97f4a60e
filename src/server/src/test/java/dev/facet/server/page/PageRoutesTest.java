package dev.facet.server.page;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.facet.core.digest.Sha256;
import dev.facet.server.testing.ModelsResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(ModelsResource.class)
class PageRoutesTest {
    /** What the page loads by itself. */
    private static final Pattern LOADED =
            Pattern.compile("(?:<link rel=\"stylesheet\" href|<script src|<img[^>]* src)=\"([^\"]+)\"");

    private static String page() {
        return given().get("/").then().statusCode(200).extract().asString();
    }

    private static List<String> loaded(String page) {
        return LOADED.matcher(page).results().map(match -> match.group(1)).toList();
    }

    @Test
    void everyFileOfThePageIsNamedByItsContentAndKept() {
        List<String> addresses = loaded(page());
        assertThat(addresses).hasSize(3);
        for (String address : addresses) {
            Response response = given().get("/" + address);
            assertThat(response.statusCode()).as(address).isEqualTo(200);
            assertThat(response.header("Cache-Control")).isEqualTo("public, max-age=31536000, immutable");
            assertThat(address)
                    .as("it holds the digest of what is answered")
                    .contains(Sha256.hex(response.asByteArray()).substring(0, 16));
        }
    }

    @Test
    void anotherContentHasAnotherAddress() {
        PageFile one = PageFile.of("facet.js", "text/javascript", new byte[] {1});
        PageFile other = PageFile.of("facet.js", "text/javascript", new byte[] {2});

        assertThat(one.address()).matches("page/facet-[0-9a-f]{16}\\.js").isNotEqualTo(other.address());
    }

    @Test
    void anOldAddressIsNotAnsweredWithNewContent() {
        given().get("/page/facet-0000000000000000.js").then().statusCode(404).body("code", equalTo("NOT_FOUND"));
    }

    @Test
    void thePageIsAskedForEachTimeAndSentWhenItChanged() {
        Response first = given().get("/");
        assertThat(first.header("Cache-Control")).isEqualTo("no-cache");
        String tag = first.header("ETag");
        assertThat(tag).contains(Sha256.hex(first.asByteArray()));

        Response same = given().header("If-None-Match", tag).get("/");
        assertThat(same.statusCode()).isEqualTo(304);
        assertThat(same.asByteArray()).isEmpty();
        given().header("If-None-Match", "\"other\"").get("/").then().statusCode(200);
    }

    @Test
    void theHeadIsThatOfTheAnswer() {
        Response head = given().head("/");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.header("Content-Length")).isEqualTo(given().get("/").header("Content-Length"));
    }

    @Test
    void thePageTalksToItsOwnServerAlone() {
        given().get("/").then().header("Content-Security-Policy", containsString("default-src 'none'"));
        assertThat(page()).doesNotContain("http:", "https:");
    }

    @Test
    void theSampleIsAnImageThatTheServerAnswers() {
        String sample = loaded(page()).stream()
                .filter(address -> address.endsWith(".jpg"))
                .findFirst()
                .orElseThrow();
        given().contentType("image/jpeg")
                .accept("image/png")
                .body(given().get("/" + sample).asByteArray())
                .post("/v1/edges?render=overlay&alpha=0.7")
                .then()
                .statusCode(200)
                .contentType("image/png");
    }

    @Test
    void theScriptNamesOnlyWhatThePageHas() {
        String page = page();
        String script = given().get("/"
                        + loaded(page).stream()
                                .filter(address -> address.endsWith(".js"))
                                .findFirst()
                                .orElseThrow())
                .asString();
        List<String> names = Pattern.compile("element\\('([^']+)'\\)")
                .matcher(script)
                .results()
                .map((MatchResult match) -> match.group(1))
                .distinct()
                .toList();
        assertThat(names)
                .hasSizeGreaterThan(8)
                .allSatisfy(name -> assertThat(page).contains("id=\"" + name + "\""));
    }
}

package dev.facet.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.PackReader;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page as a browser shows it, when its script has run. */
class PageInBrowserTest {
    @TempDir
    private Path folder;

    @Test
    void offersEveryPackAndOpensOnTheAnswerToItsSample() throws Exception {
        Optional<Path> browser = browser();
        assumeThat(browser)
                .as("a headless browser (Debian: apt-get install chromium)")
                .isPresent();
        try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("data"))) {
            Path streets = ServerUnderTest.ROOT.resolve("models/extra/streets.safetensors");
            PackManifest manifest =
                    PackReader.readUnbound(Files.readAllBytes(streets)).manifest();
            HttpRequest upload = server.request("/v1/packs/streets/versions/" + manifest.version())
                    .header("Authorization", server.authorization())
                    .header("Content-Type", "application/octet-stream")
                    .PUT(HttpRequest.BodyPublishers.ofFile(streets))
                    .build();
            assertThat(server.client().send(upload, BodyHandlers.discarding()).statusCode())
                    .isEqualTo(201);

            String shown = shown(browser.get(), server.address() + "/");

            assertThat(shown)
                    .containsPattern("<strong>edges@\\d+</strong> \\(default\\)")
                    .containsPattern("<strong>objects@\\d+</strong> \\(default\\)")
                    .as("a pack that was plugged, and what it says of itself")
                    .contains("<strong>streets@" + manifest.version() + "</strong><span", manifest.description())
                    .as("the answer to the sample")
                    .contains("alt=\"edges of the sample image\"")
                    .containsPattern("edges@\\d+ has answered\\.")
                    .containsPattern("id=\"after\"[^>]* src=\"blob:");
        }
    }

    /** The document that a browser has made of an address once nothing is under way any more. */
    private String shown(Path browser, String address) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        browser.toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--user-data-dir=" + folder.resolve("browser"),
                        "--virtual-time-budget=60000",
                        "--dump-dom",
                        address)
                .redirectError(folder.resolve("browser.log").toFile())
                .start();
        String document = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(document).isZero();
        return document;
    }

    private static Optional<Path> browser() {
        List<Path> folders = Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .map(Path::of)
                .toList();
        return Stream.of("chromium", "chromium-browser", "google-chrome")
                .flatMap(name -> folders.stream().map(folder -> folder.resolve(name)))
                .filter(Files::isExecutable)
                .findFirst();
    }
}

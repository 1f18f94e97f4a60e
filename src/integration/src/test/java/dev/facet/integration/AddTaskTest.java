package dev.facet.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a folder of images and masks to a task that a running server answers, by one command, as docs/training.md says. */
class AddTaskTest {
    @TempDir
    private Path folder;

    @Test
    void aTaskTrainedFromAFolderIsServedAndTheOthersAnswerTheSame() throws Exception {
        Path config = TinyDataset.write(folder);
        byte[] image = Files.readAllBytes(ServerUnderTest.ROOT.resolve("docs/images/chelsea.jpg"));
        try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("server"))) {
            byte[] edges = server.answer("edges", image);
            assertThat(server.get("/v1/packs/mytask").statusCode()).isEqualTo(404);

            String said = train(config, server.address());

            assertThat(said).contains(server.address());
            byte[] answer = server.answer("saliency.npy?pack=mytask", image);
            assertThat(new String(answer, 1, 5, StandardCharsets.US_ASCII)).isEqualTo("NUMPY");
            assertThat(server.answer("edges", image)).isEqualTo(edges);
        }
    }

    /** The command as a process of its own, with the default bank; it finds the key in the server's data folder. */
    private String train(Path config, String server) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        "-Djava.awt.headless=true",
                        "-Dfacet.home=" + ServerUnderTest.ROOT,
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.facet.trainer.TrainerMain",
                        "train",
                        "--config",
                        config.toString(),
                        "--out",
                        folder.resolve("run").toString(),
                        "--publish",
                        server)
                .directory(ServerUnderTest.ROOT.toFile())
                .redirectErrorStream(true);
        builder.environment().remove("FACET_MANAGEMENT_KEY");
        builder.environment().put("FACET_DATA_DIR", folder.resolve("server").toString());
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }
}

package dev.facet.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.core.image.ImageDecoder;
import dev.facet.core.image.ImageLimits;
import dev.facet.core.image.PngWriter;
import dev.facet.core.image.Raster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a folder of images and masks to a task that a running server answers, by one command, as docs/training.md says. */
class AddTaskTest {
    private static final List<String> IMAGES = List.of("astronaut", "chelsea", "coffee");

    @TempDir
    private Path folder;

    @Test
    void aTaskTrainedFromAFolderIsServedAndTheOthersAnswerTheSame() throws Exception {
        Path config = write();
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

    private Path write() throws IOException {
        Path data = folder.resolve("mydata");
        for (String name : List.of("images", "saliency", "splits")) {
            Files.createDirectories(data.resolve(name));
        }
        for (String name : IMAGES) {
            Path source = ServerUnderTest.ROOT.resolve("docs/images/" + name + ".jpg");
            Files.copy(source, data.resolve("images/" + name + ".jpg"));
            Raster image = ImageDecoder.read(source, ImageLimits.DEFAULT);
            Files.write(data.resolve("saliency/" + name + ".png"), middle(image.height(), image.width()));
        }
        Files.write(data.resolve("splits/train.txt"), IMAGES.subList(0, 2));
        Files.write(data.resolve("splits/val.txt"), IMAGES.subList(2, 3));
        Path config = folder.resolve("mytask.yaml");
        Files.writeString(config, """
                training_strategy: {max_iter: 2}
                model: {modulated_from: layer4}
                train_dataloader: {dataloader_args: {batch_size: 2}}
                dataset: {root: '%s', task: saliency}
                pack: {name: mytask}
                """.formatted(data));
        return config;
    }

    /** A mask of the middle of an image. */
    private static byte[] middle(int height, int width) {
        byte[] grey = new byte[height * width];
        for (int y = height / 4; y < 3 * height / 4; y++) {
            for (int x = width / 4; x < 3 * width / 4; x++) {
                grey[y * width + x] = (byte) 255;
            }
        }
        return PngWriter.grey8(height, width, grey, Map.of());
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

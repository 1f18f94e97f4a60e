package dev.facet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.cli.sample.SyntheticImage;
import dev.facet.core.bank.BankWriter;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.image.PngWriter;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.Modulation;
import dev.facet.core.pack.PackWriter;
import dev.facet.core.task.Edges;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A native library that reads the process's own command line must bear a long one: one did not, and ended the process. */
class LongCommandLineTest {
    private static final int SIDE = 24;

    @TempDir
    private Path folder;

    private Path bank;
    private Path pack;

    @BeforeEach
    void writeModels() throws IOException {
        FilterBank random = RandomModels.bank(Architecture.RESNET18, false, 1);
        bank = folder.resolve("bank.safetensors");
        pack = folder.resolve("edges.safetensors");
        BankWriter.write(bank, random);
        PackWriter.write(pack, RandomModels.pack(random, Modulation.RC, new Edges("boundaries"), 2));
    }

    @ParameterizedTest
    @ValueSource(ints = {5_000, 100_000})
    void predictAnswersManyImagesWithLongPathsOnOneCommandLine(int bytes) throws Exception {
        List<String> images = images(bytes);
        Path answers = folder.resolve("answers");

        run(List.of(), images, answers);

        Path alone = folder.resolve("alone.png");
        run(List.of(), images.subList(0, 1), alone);
        for (String image : images) {
            Path answer = answers.resolve(Path.of(image).getFileName());
            assertThat(answer).hasSameBinaryContentAs(alone);
        }
    }

    @Test
    void predictAnswersWithLongOptionsOfTheJvm() throws Exception {
        List<String> images = images(1);
        Path answer = folder.resolve("answer.png");
        Path alone = folder.resolve("alone.png");

        run(padding(100_000), images, answer);

        run(List.of(), images, alone);
        assertThat(answer).hasSameBinaryContentAs(alone);
    }

    /** Options that mean nothing, of that many bytes in all. */
    private static List<String> padding(int bytes) {
        List<String> options = new ArrayList<>();
        for (int i = 0; i < bytes / 1000; i++) {
            options.add("-Dpadding.%03d=%s".formatted(i, "x".repeat(1000 - 17)));
        }
        return options;
    }

    /** Copies of one image whose paths have that many bytes in all. */
    private List<String> images(int bytes) throws IOException {
        Path images = Files.createDirectories(folder.resolve("images"));
        byte[] png = PngWriter.rgb8(SIDE, SIDE, SyntheticImage.draw(SIDE, SIDE, 3), Map.of());
        List<String> paths = new ArrayList<>();
        for (int length = 0; length < bytes; length += paths.get(0).length()) {
            Path image = images.resolve("image-%04d-%s.png".formatted(paths.size(), "x".repeat(150)));
            Files.write(image, png);
            paths.add(image.toString());
        }
        return paths;
    }

    private void run(List<String> options, List<String> images, Path out) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.add(FacetMain.class.getName());
        command.add("predict");
        command.addAll(images);
        command.addAll(List.of("--bank", bank.toString(), "--pack", pack.toString()));
        command.addAll(List.of("--device", "cpu", "-o", out.toString()));
        Path log = folder.resolve("log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        // Not on the command line, whose length is what is tried.
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        Process process = builder.start();
        try {
            assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).as(Files.readString(log)).isZero();
        } finally {
            process.destroyForcibly();
        }
    }
}

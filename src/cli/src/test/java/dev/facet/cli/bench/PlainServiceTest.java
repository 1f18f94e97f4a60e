package dev.facet.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.cli.sample.SyntheticImage;
import dev.facet.core.SharedData;
import dev.facet.core.bank.BankReader;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.encoding.AnswerForm;
import dev.facet.core.encoding.PredictionEncoder;
import dev.facet.core.encoding.Representation;
import dev.facet.core.image.Frame;
import dev.facet.core.image.ImageDecoder;
import dev.facet.core.image.ImageLimits;
import dev.facet.core.image.InputTensor;
import dev.facet.core.image.Raster;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackReader;
import dev.facet.core.pack.Plan;
import dev.facet.core.task.NetworkOutput;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.EngineOptions;
import dev.facet.runtime.engine.PreparedPack;
import dev.facet.runtime.engine.ort.OrtEngine;
import dev.facet.runtime.engine.ort.export.OnnxExporter;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That what Facet is compared with does the same work. */
class PlainServiceTest {
    private static final Path ROOT = SharedData.root();

    @TempDir
    private static Path folder;

    private static FilterBank bank;
    private static ModulatorPack pack;
    private static PlainProcess plain;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        bank = BankReader.read(ROOT.resolve("models/bank.safetensors"));
        pack = PackReader.read(ROOT.resolve("models/segmentation.safetensors"), bank);
        plain = PlainProcess.start(Files.write(folder.resolve("network.onnx"), OnnxExporter.toBytes(bank, pack)));
    }

    @AfterAll
    static void stop() {
        if (plain != null) {
            plain.close();
        }
    }

    @Test
    void itAnswersTheSameClassesAsFacet() throws Exception {
        assertThat(agreement(Files.readAllBytes(ROOT.resolve("docs/images/chelsea.jpg"))))
                .isGreaterThan(0.99);
        assertThat(agreement(SyntheticImage.jpeg(384, 384, 1))).isGreaterThan(0.99);
        assertThat(agreement(SyntheticImage.jpeg(250, 333, 2))).isGreaterThan(0.99);
        // Larger than the network's input: the two scale a picture of fine noise down in different ways.
        assertThat(agreement(SyntheticImage.jpeg(512, 512, 1))).isGreaterThan(0.96);
        assertThat(agreement(SyntheticImage.jpeg(600, 800, 3))).isGreaterThan(0.97);
    }

    @Test
    void itRefusesWhatIsNoImage() {
        assertThatThrownBy(() -> plain.answer(new byte[100])).hasMessageContaining("status=400");
    }

    /** The share of pixels to which both give the same class. */
    private static double agreement(byte[] jpeg) throws IOException, InterruptedException {
        BufferedImage own = ImageIO.read(new ByteArrayInputStream(facet(jpeg)));
        BufferedImage other = ImageIO.read(new ByteArrayInputStream(plain.answer(jpeg)));
        assertThat(other.getWidth()).isEqualTo(own.getWidth());
        assertThat(other.getHeight()).isEqualTo(own.getHeight());
        int same = 0;
        for (int y = 0; y < own.getHeight(); y++) {
            for (int x = 0; x < own.getWidth(); x++) {
                same += own.getRaster().getSample(x, y, 0) == other.getRaster().getSample(x, y, 0) ? 1 : 0;
            }
        }
        return (double) same / (own.getWidth() * own.getHeight());
    }

    private static byte[] facet(byte[] jpeg) {
        Raster image = ImageDecoder.read(jpeg, ImageLimits.DEFAULT);
        Frame frame = pack.manifest().input().frame(image.height(), image.width());
        FloatBuffer input = InputTensor.allocate(frame.paddedHeight(), frame.paddedWidth());
        InputTensor.prepare(image, frame, bank.manifest().input(), input);
        try (Engine engine = OrtEngine.open(bank, EngineOptions.cpu(1));
                PreparedPack prepared = engine.prepare(pack, Plan.FACTORED)) {
            NetworkOutput output = prepared.run(input, frame.paddedHeight(), frame.paddedWidth());
            return PredictionEncoder.encode(
                            pack.manifest().task(),
                            output,
                            frame,
                            AnswerForm.of(Representation.PNG),
                            image,
                            Cancellation.withoutDeadline())
                    .content()
                    .toBytes();
        }
    }
}

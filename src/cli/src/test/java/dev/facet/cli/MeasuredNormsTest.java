package dev.facet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.core.SharedData;
import dev.facet.core.bank.BankReader;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.folding.BankFolding;
import dev.facet.core.folding.FoldedConvolution;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.Convolution;
import dev.facet.core.safetensors.SafetensorsWriter;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import dev.facet.runtime.engine.ort.response.ResponseStatistics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A network whose norms were folded into its convolutions, imported with images, is the network that it was. */
class MeasuredNormsTest {
    private static final int CROP = 96;
    private static final int IMAGES = 6;

    @TempDir
    private Path folder;

    @Test
    void measuredNormsGiveTheOriginalInInferenceAndInTrainingMode() throws IOException {
        Path backbone = SharedData.require("data/backbone/resnet18-imagenet.safetensors");
        Path images = images(SharedData.require("data/imagenet_samples/images"));
        Path plainFile = folder.resolve("plain.safetensors");
        Path foldedFile = folder.resolve("folded.safetensors");
        Path measuredFile = folder.resolve("measured.safetensors");
        assertThat(FacetMain.run("bank", "import", backbone.toString(), "--out", plainFile.toString()))
                .isZero();
        FilterBank plain = BankReader.read(plainFile);
        SafetensorsWriter.write(foldedFile, Map.of(), folded(plain));

        assertThat(FacetMain.run("bank", "import", foldedFile.toString(), "--out", measuredFile.toString()))
                .as("without images")
                .isEqualTo(1);
        assertThat(FacetMain.run(
                        "bank",
                        "import",
                        foldedFile.toString(),
                        "--images",
                        images.toString(),
                        "--crop",
                        Integer.toString(CROP),
                        "--out",
                        measuredFile.toString()))
                .isZero();

        FilterBank measured = BankReader.read(measuredFile);
        assertInferenceMode(plain, measured, images);
        assertTrainingMode(measured, images);
    }

    /** The block outputs agree: each convolution's response differs by the norm's factor, the network by nothing. */
    private static void assertInferenceMode(FilterBank plain, FilterBank measured, Path images) throws IOException {
        Map<String, ResponseStatistics.Sums> before = statistics(plain, images);
        Map<String, ResponseStatistics.Sums> after = statistics(measured, images);
        for (Convolution conv : Architecture.RESNET18.convolutionsAndShortcuts()) {
            FoldedConvolution original = BankFolding.pretrained(plain, conv);
            FoldedConvolution imported = BankFolding.pretrained(measured, conv);
            assertClose(
                    conv.name(), original.weights().values(), imported.weights().values(), 1e-3);
            assertClose(conv.name(), original.bias(), imported.bias(), 1e-2);
        }
        assertThat(after.keySet()).isEqualTo(before.keySet());
    }

    /** On the measuring images as one batch, batch statistics are the running statistics: both modes are one function. */
    private static void assertTrainingMode(FilterBank measured, Path images) throws IOException {
        Map<String, ResponseStatistics.Sums> batch = statistics(measured, images);
        for (Convolution conv : Architecture.RESNET18.convolutionsAndShortcuts()) {
            String norm = "init." + conv.norm();
            float[] mean = measured.tensor(norm + ".running_mean").toFloatArray();
            float[] variance = measured.tensor(norm + ".running_var").toFloatArray();
            assertClose(conv.name() + " mean", floats(batch.get(conv.name()).mean()), mean, 1e-2);
            assertClose(conv.name() + " variance", floats(batch.get(conv.name()).variance()), variance, 1e-2);
        }
    }

    private static void assertClose(String name, float[] expected, float[] actual, double tolerance) {
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            difference = Math.max(difference, Math.abs(expected[i] - actual[i]));
        }
        assertThat(difference / largest).as(name).isLessThan(tolerance);
    }

    private static Map<String, ResponseStatistics.Sums> statistics(FilterBank bank, Path images) throws IOException {
        return ResponseCollector.collect(
                Architecture.RESNET18,
                PlainLayers.of(bank),
                ImageFiles.in(images),
                CROP,
                bank.manifest().input(),
                OptionalInt.empty(),
                "test");
    }

    private static Map<String, Tensor> folded(FilterBank bank) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (Convolution conv : Architecture.RESNET18.convolutionsAndShortcuts()) {
            FoldedConvolution folded = BankFolding.pretrained(bank, conv);
            tensors.put(
                    conv.name() + ".weight",
                    Tensor.of(folded.weights().shape(), folded.weights().values()));
            tensors.put(conv.name() + ".bias", Tensor.of(new Shape(folded.bias().length), folded.bias()));
        }
        return tensors;
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    private Path images(Path source) throws IOException {
        Path target = Files.createDirectory(folder.resolve("images"));
        for (Path image : ImageFiles.in(source).subList(0, IMAGES)) {
            Files.copy(image, target.resolve(image.getFileName()));
        }
        return target;
    }
}

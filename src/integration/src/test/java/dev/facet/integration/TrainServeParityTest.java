package dev.facet.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.core.SharedData;
import dev.facet.core.bank.BankManifest;
import dev.facet.core.bank.BankReader;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.image.Frame;
import dev.facet.core.image.ImageDecoder;
import dev.facet.core.image.ImageLimits;
import dev.facet.core.image.InputPolicy;
import dev.facet.core.image.InputTensor;
import dev.facet.core.image.Normalization;
import dev.facet.core.image.Raster;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.Decoder;
import dev.facet.core.network.Modulation;
import dev.facet.core.network.Stage;
import dev.facet.core.network.TensorLayout;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.Plan;
import dev.facet.core.pack.Provenance;
import dev.facet.core.task.LabelClass;
import dev.facet.core.task.Segmentation;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.EngineOptions;
import dev.facet.runtime.engine.PreparedPack;
import dev.facet.runtime.engine.SelfTest;
import dev.facet.runtime.engine.ort.OrtEngine;
import dev.facet.runtime.engine.ort.export.ExportedNetwork;
import dev.facet.runtime.engine.ort.export.OnnxExporter;
import dev.facet.trainer.export.DjlForward;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the trainer's network answers, the server's engine and the exported file answer too, on real images, with the tensors as
 * stored: max|Δ|/max|y| ≤ 1e-4.
 */
class TrainServeParityTest {
    private static final Path ROOT = SharedData.root();
    private static final double TOLERANCE = 1e-4;

    private static FilterBank bank;

    @TempDir
    private Path folder;

    @BeforeAll
    static void readDefaultBank() throws IOException {
        bank = BankReader.read(ROOT.resolve("models/bank.safetensors"));
    }

    @ParameterizedTest
    @CsvSource({
        "SEPARABLE, RC, LAYER4, 16, coffee.jpg",
        "SEPARABLE, RC, CONV1, 16, chelsea.jpg",
        "SEPARABLE, RC, LAYER4, 32, chelsea.jpg",
        "DEEPLABV3PLUS, RC, LAYER3, 8, astronaut.jpg",
        "SEPARABLE, RA_SERIES, CONV1, 16, coffee.jpg",
        "SEPARABLE, RA_SERIES, LAYER3, 8, chelsea.jpg",
        "SEPARABLE, RA_PARALLEL, CONV1, 16, astronaut.jpg",
        "SEPARABLE, RA_PARALLEL, LAYER4, 16, coffee.jpg",
        "SEPARABLE, NORM, CONV1, 16, chelsea.jpg",
        "SEPARABLE, NORM, LAYER3, 16, astronaut.jpg",
        "SEPARABLE, NONE, CONV1, 16, coffee.jpg",
        "DEEPLABV3PLUS, NONE, LAYER4, 16, chelsea.jpg"
    })
    void packAnswersAsInTraining(
            Decoder.Kind decoder, Modulation modulation, Stage modulatedFrom, int outputStride, String name)
            throws IOException {
        assertParity(bank, pack(bank, decoder, modulation, modulatedFrom, outputStride), name);
    }

    @ParameterizedTest
    @CsvSource({"RC, CONV1, 16", "RA_PARALLEL, LAYER3, 8"})
    void aDeeperNetworkDoesToo(Modulation modulation, Stage modulatedFrom, int outputStride) throws IOException {
        FilterBank deep = randomBank(Architecture.RESNET34);
        assertParity(deep, pack(deep, Decoder.Kind.SEPARABLE, modulation, modulatedFrom, outputStride), "coffee.jpg");
    }

    private void assertParity(FilterBank bank, ModulatorPack pack, String name) throws IOException {
        Raster image = ImageDecoder.read(ROOT.resolve("docs/images").resolve(name), ImageLimits.DEFAULT);
        Frame frame = pack.manifest().input().frame(image.height(), image.width());
        int height = frame.paddedHeight();
        int width = frame.paddedWidth();
        FloatBuffer input = InputTensor.allocate(height, width);
        InputTensor.prepare(image, frame, bank.manifest().input(), input);
        float[] values = new float[3 * height * width];
        input.get(0, values);

        float[] trained = DjlForward.forward(bank, pack, values, height, width);

        try (Engine engine = OrtEngine.open(bank, EngineOptions.cpu(0));
                PreparedPack prepared = engine.prepare(pack, Plan.FACTORED)) {
            float[] served = pack.manifest().task().forward(prepared.run(input, height, width), height, width);
            assertThat(SelfTest.relativeDifference(trained, served)).isLessThanOrEqualTo(TOLERANCE);
            Path exported = folder.resolve("exported.onnx");
            OnnxExporter.write(exported, bank, pack);
            try (ExportedNetwork network = ExportedNetwork.open(exported)) {
                assertThat(network.relativeDifference(prepared, input, height, width))
                        .isLessThanOrEqualTo(TOLERANCE);
            }
        }
    }

    /** Starts where the bank says, moved a little from there, with a random decoder, rounded to fp16 as packs are stored. */
    private static ModulatorPack pack(
            FilterBank bank, Decoder.Kind kind, Modulation modulation, Stage modulatedFrom, int outputStride) {
        boolean needsBank = modulation != Modulation.NONE || modulatedFrom != Stage.CONV1;
        Decoder decoder = kind == Decoder.Kind.SEPARABLE
                ? new Decoder(kind, 128, 48, List.of(2, 4, 6))
                : Decoder.reference(outputStride);
        PackManifest manifest = new PackManifest(
                "parity",
                "1",
                "Made by a test.",
                new Segmentation(List.of(new LabelClass("off", "#000000"), new LabelClass("on", "#ff0000"))),
                needsBank ? Optional.of(bank.fingerprint()) : Optional.empty(),
                bank.manifest().architecture(),
                outputStride,
                modulation,
                modulatedFrom,
                Map.of(),
                decoder,
                new InputPolicy(160, false, InputPolicy.multiple(outputStride)),
                Map.of(Plan.FACTORED, 0.0),
                new Provenance("none", "none", "test", 1, 0, "test"),
                List.of(),
                "none",
                1e-3);
        Random random = new Random(7);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        manifest.layout()
                .forEach((name, shape) ->
                        tensors.put(name, tensor(bank, name, shape, random).toFloat16()));
        return new ModulatorPack(manifest, tensors, "");
    }

    private static Tensor tensor(FilterBank bank, String name, Shape shape, Random random) {
        String filters = name.replaceFirst("\\.weight$", "");
        String initial = bank.has("init." + name) || !bank.has(filters) ? "init." + name : filters;
        float[] values = bank.has(initial) ? bank.tensor(initial).toFloatArray() : new float[(int) shape.elements()];
        boolean positive = name.endsWith("running_var") || name.contains("norm.weight");
        double spread = bank.has(initial) ? 0.02 : Math.sqrt(2.0 * shape.extent(0) / Math.max(1, shape.elements()));
        if (name.endsWith(".adapter")) {
            spread *= 0.1;
        }
        for (int i = 0; i < values.length; i++) {
            if (bank.has(initial)) {
                values[i] *= (float) (1 + spread * random.nextGaussian());
            } else {
                values[i] = (float) (positive ? 0.5 + random.nextDouble() : spread * random.nextGaussian());
            }
        }
        return Tensor.of(shape, values);
    }

    /** Filters that keep the scale of what passes through them; there is no bank of this depth to ship. */
    private static FilterBank randomBank(Architecture architecture) {
        Random random = new Random(11);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        TensorLayout.bank(architecture, Map.of(), true).forEach((name, shape) -> {
            float[] values = new float[Math.toIntExact(shape.elements())];
            boolean one = name.endsWith("running_var") || shape.rank() == 1 && name.endsWith("weight");
            double deviation = shape.rank() == 1 ? 0.1 : Math.sqrt(2.0 * shape.extent(0) / shape.elements());
            for (int i = 0; i < values.length; i++) {
                values[i] = one ? 1 : (float) (deviation * random.nextGaussian());
            }
            if (!name.endsWith(".modulator")) {
                tensors.put(name, Tensor.of(shape, values));
            }
        });
        return new FilterBank(
                new BankManifest(architecture, Optional.empty(), Map.of(), Normalization.IMAGENET, "random", "none"),
                tensors);
    }
}

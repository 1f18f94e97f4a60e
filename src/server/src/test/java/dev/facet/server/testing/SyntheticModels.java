package dev.facet.server.testing;

import dev.facet.core.bank.BankManifest;
import dev.facet.core.bank.BankWriter;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.image.InputPolicy;
import dev.facet.core.image.InputTensor;
import dev.facet.core.image.Normalization;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.Decoder;
import dev.facet.core.network.Modulation;
import dev.facet.core.network.Stage;
import dev.facet.core.network.TensorLayout;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.PackWriter;
import dev.facet.core.pack.Plan;
import dev.facet.core.pack.Provenance;
import dev.facet.core.quantization.ActivationScale;
import dev.facet.core.quantization.BankCalibration;
import dev.facet.core.quantization.CalibrationFile;
import dev.facet.core.quantization.CalibrationMethod;
import dev.facet.core.task.Depth;
import dev.facet.core.task.Edges;
import dev.facet.core.task.LabelClass;
import dev.facet.core.task.Normals;
import dev.facet.core.task.Saliency;
import dev.facet.core.task.Segmentation;
import dev.facet.core.task.TaskKind;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import dev.facet.runtime.engine.EngineOptions;
import dev.facet.runtime.engine.NetworkInput;
import dev.facet.runtime.engine.PackQuantizer;
import dev.facet.runtime.engine.PreparedPack;
import dev.facet.runtime.engine.SelfTest;
import dev.facet.runtime.engine.ort.ActivationRecorder;
import dev.facet.runtime.engine.ort.OrtEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A random ResNet-18 bank and random packs over it that are whole in every respect, self-test included. The same seed gives the
 * same bytes. Packs are modulated in layer4 only and answer at 64 pixels, so that a prediction takes milliseconds.
 */
public final class SyntheticModels {
    public static final TaskKind EDGES = new Edges("object boundaries");
    public static final TaskKind DEPTH = new Depth("metre", 0.001);
    public static final TaskKind NORMALS = new Normals("x right, y down, z forward");
    public static final TaskKind SALIENCY = new Saliency();
    public static final TaskKind SEGMENTATION = new Segmentation(List.of(
            new LabelClass("background", "#000000"),
            new LabelClass("cat", "#ff0000"),
            new LabelClass("coffee cup", "#00ff00")));

    private static final int SELF_TEST_SIDE = 32;
    private static FilterBank shared;
    private static BankCalibration calibration;
    private static OrtEngine sharedEngine;
    private static PreparedPack keptOpen;

    private SyntheticModels() {}

    /** The bank, made once per process. */
    public static synchronized FilterBank bank() {
        if (shared == null) {
            shared = bank(7);
        }
        return shared;
    }

    /** A bank of its own. */
    public static FilterBank bank(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        TensorLayout.bank(Architecture.RESNET18, Map.of(), true)
                .forEach((name, shape) -> tensors.put(name, values(random, name, shape)));
        return new FilterBank(
                new BankManifest(
                        Architecture.RESNET18,
                        Optional.empty(),
                        Map.of(),
                        Normalization.IMAGENET,
                        "random values",
                        "CC0-1.0"),
                tensors);
    }

    /** A pack over {@link #bank()}, with the self-test that this machine gives. */
    public static ModulatorPack pack(String name, String version, TaskKind task, long seed) {
        return pack(bank(), name, version, task, seed);
    }

    /** A pack over a bank, with the self-test that this machine gives. */
    public static ModulatorPack pack(FilterBank bank, String name, String version, TaskKind task, long seed) {
        PackManifest manifest = new PackManifest(
                name,
                version,
                "random values, for tests",
                task,
                Optional.of(bank.fingerprint()),
                Architecture.RESNET18,
                16,
                Modulation.RC,
                Stage.LAYER4,
                Map.of(),
                new Decoder(Decoder.Kind.SEPARABLE, 16, 8, List.of(1, 2, 3)),
                new InputPolicy(64, true, 16),
                Map.of(Plan.FACTORED, 0.0, Plan.MERGED, 0.0),
                new Provenance("random", "none", "none", seed, 0, "test"),
                List.of(),
                "CC0-1.0",
                1e-4);
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        manifest.layout().forEach((tensor, shape) -> tensors.put(tensor, values(random, tensor, shape)));
        byte[] pixels = new byte[SELF_TEST_SIDE * SELF_TEST_SIDE * 3];
        random.nextBytes(pixels);
        Tensor image = Tensor.ofBytes(new Shape(SELF_TEST_SIDE, SELF_TEST_SIDE, 3), pixels);
        tensors.put(ModulatorPack.SELF_TEST_IMAGE, image);
        tensors.put(ModulatorPack.SELF_TEST_OUTPUT, selfTest(bank, new ModulatorPack(manifest, tensors, ""), image));
        return new ModulatorPack(manifest, tensors, "");
    }

    /** On an engine that is kept for the shared bank, with a pack that keeps its session: to open one takes seconds. */
    private static synchronized Tensor selfTest(FilterBank bank, ModulatorPack pack, Tensor image) {
        if (bank != shared) {
            try (OrtEngine engine = OrtEngine.open(bank, EngineOptions.cpu(1));
                    PreparedPack prepared = engine.prepare(pack, Plan.FACTORED)) {
                return SelfTest.output(prepared, image, bank.manifest().input());
            }
        }
        if (sharedEngine == null) {
            sharedEngine = OrtEngine.open(bank, EngineOptions.cpu(1));
            keptOpen = sharedEngine.prepare(pack, Plan.FACTORED);
        }
        try (PreparedPack prepared = sharedEngine.prepare(pack, Plan.FACTORED)) {
            return SelfTest.output(prepared, image, bank.manifest().input());
        }
    }

    /** The calibration of {@link #bank()}, made once per process; nothing else has this digest. */
    public static synchronized BankCalibration calibration() {
        if (calibration == null) {
            calibration = calibration(CalibrationMethod.MIN_MAX);
        }
        return calibration;
    }

    /** A calibration of {@link #bank()}. */
    public static BankCalibration calibration(CalibrationMethod method) {
        Map<String, ActivationScale> scales = new LinkedHashMap<>();
        try (ActivationRecorder recorder = ActivationRecorder.ofPrefix(bank(), 16, EngineOptions.cpu(1))) {
            recorder.record(images()).forEach((name, seen) -> scales.put(name, seen.scale(method)));
        }
        BankCalibration.Manifest manifest = new BankCalibration.Manifest(
                bank().fingerprint(), Architecture.RESNET18, 16, method, "random images", 1, "for tests", "CC0-1.0");
        try {
            Path file = Files.createTempFile("bank-int8", ".safetensors");
            try {
                return CalibrationFile.write(file, new BankCalibration(manifest, scales, ""));
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** That pack with an int8 plan on a calibration of {@link #bank()}. */
    public static ModulatorPack quantized(ModulatorPack pack, BankCalibration on) {
        PackQuantizer.Choice choice =
                new PackQuantizer.Choice(CalibrationMethod.MIN_MAX, "random images", 1, List.of());
        EngineOptions options = EngineOptions.cpu(1);
        try (ActivationRecorder recorder = ActivationRecorder.ofPack(bank(), pack, options);
                OrtEngine engine = OrtEngine.open(bank(), Optional.of(on), options)) {
            return PackQuantizer.quantize(pack, recorder.record(images()), choice, Optional.of(on), engine);
        }
    }

    private static List<NetworkInput> images() {
        FloatBuffer image = InputTensor.allocate(64, 64);
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < image.capacity(); i++) {
            image.put(i, (float) (4 * random.nextDouble() - 2));
        }
        return List.of(NetworkInput.of(image, 64, 64));
    }

    /** Writes the bank with its calibration, and the packs {@code edges}, {@code segmentation} and {@code depth}, all version 1. */
    public static void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        BankWriter.write(folder.resolve("bank.safetensors"), bank());
        CalibrationFile.write(folder.resolve("bank-int8.safetensors"), calibration());
        PackWriter.write(folder.resolve("edges.safetensors"), pack("edges", "1", EDGES, 11));
        PackWriter.write(folder.resolve("segmentation.safetensors"), pack("segmentation", "1", SEGMENTATION, 12));
        PackWriter.write(folder.resolve("depth.safetensors"), pack("depth", "1", DEPTH, 13));
    }

    private static Tensor values(SplittableRandom random, String name, Shape shape) {
        int count = Math.toIntExact(shape.elements());
        float[] values = new float[count];
        double spread = Math.sqrt(3.0 / Math.max(1, count / shape.extent(0)));
        for (int i = 0; i < count; i++) {
            double uniform = random.nextDouble() * 2 - 1;
            if (name.endsWith("running_var")) {
                values[i] = (float) (1 + 0.5 * uniform);
            } else if (name.endsWith("running_mean") || name.endsWith("bias")) {
                values[i] = (float) (0.3 * uniform);
            } else if (shape.rank() == 1) {
                values[i] = (float) (1 + 0.4 * uniform);
            } else {
                values[i] = (float) (spread * uniform);
            }
        }
        return Tensor.of(shape, values);
    }
}

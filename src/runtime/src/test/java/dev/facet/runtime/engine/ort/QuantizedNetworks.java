package dev.facet.runtime.engine.ort;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.Plan;
import dev.facet.core.quantization.ActivationScale;
import dev.facet.core.quantization.BankCalibration;
import dev.facet.core.quantization.CalibrationFile;
import dev.facet.core.quantization.CalibrationMethod;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.EngineOptions;
import dev.facet.runtime.engine.NetworkInput;
import dev.facet.runtime.engine.PackQuantizer;
import dev.facet.runtime.engine.PreparedPack;
import dev.facet.runtime.engine.RandomNetworks;
import dev.facet.runtime.engine.RandomNetworks.Recipe;
import dev.facet.runtime.engine.SelfTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Calibrations and quantized packs of random networks. */
final class QuantizedNetworks {
    private static final EngineOptions OPTIONS = EngineOptions.cpu(1);

    private QuantizedNetworks() {}

    /** Whether this machine can run them. */
    static boolean run() {
        return Int8Probe.obstacle(SessionFactory.of(OPTIONS)).isEmpty();
    }

    static List<NetworkInput> images() {
        return List.of(
                NetworkInput.of(RandomNetworks.image(64, 48, 5), 64, 48),
                NetworkInput.of(RandomNetworks.image(48, 64, 6), 48, 64));
    }

    /** A calibration that was written into a folder and read again. */
    static BankCalibration calibration(FilterBank bank, int outputStride, CalibrationMethod method, Path folder) {
        Map<String, ActivationScale> scales = new LinkedHashMap<>();
        try (ActivationRecorder recorder = ActivationRecorder.ofPrefix(bank, outputStride, OPTIONS)) {
            recorder.record(images()).forEach((name, seen) -> scales.put(name, seen.scale(method)));
        }
        BankCalibration.Manifest manifest = new BankCalibration.Manifest(
                bank.fingerprint(),
                bank.manifest().architecture(),
                outputStride,
                method,
                "random images",
                images().size(),
                "random values",
                "CC0-1.0");
        Path file = folder.resolve("bank-int8-%d-%s.safetensors".formatted(outputStride, method.id()));
        try {
            CalibrationFile.write(file, new BankCalibration(manifest, scales, ""));
            return CalibrationFile.read(file, bank);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A random pack with an int8 plan. */
    static ModulatorPack pack(FilterBank bank, Recipe recipe, BankCalibration calibration, String... fp32) {
        return quantized(bank, RandomNetworks.pack(bank, recipe), calibration, fp32);
    }

    /** That pack with an int8 plan. */
    static ModulatorPack quantized(FilterBank bank, ModulatorPack bare, BankCalibration calibration, String... fp32) {
        ModulatorPack pack = withSelfTest(bank, bare);
        PackQuantizer.Choice choice =
                new PackQuantizer.Choice(CalibrationMethod.MIN_MAX, "random images", images().size(), List.of(fp32));
        try (ActivationRecorder recorder = ActivationRecorder.ofPack(bank, pack, OPTIONS);
                Engine engine = OrtEngine.open(bank, Optional.of(calibration), OPTIONS)) {
            return PackQuantizer.quantize(pack, recorder.record(images()), choice, Optional.of(calibration), engine);
        }
    }

    private static ModulatorPack withSelfTest(FilterBank bank, ModulatorPack pack) {
        byte[] rgb = new byte[37 * 50 * 3];
        new Random(1).nextBytes(rgb);
        Tensor image = Tensor.ofBytes(new Shape(37, 50, 3), rgb);
        Map<String, Tensor> tensors = new LinkedHashMap<>(pack.tensors());
        tensors.put(ModulatorPack.SELF_TEST_IMAGE, image);
        try (Engine engine = OrtEngine.open(bank, OPTIONS);
                PreparedPack prepared = engine.prepare(pack, Plan.FACTORED)) {
            Tensor output = SelfTest.output(prepared, image, bank.manifest().input());
            tensors.put(ModulatorPack.SELF_TEST_OUTPUT, output);
        }
        return new ModulatorPack(pack.manifest(), tensors, "");
    }
}

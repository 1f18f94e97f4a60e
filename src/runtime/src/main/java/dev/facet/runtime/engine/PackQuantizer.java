package dev.facet.runtime.engine;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.network.Stage;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.PackQuantization;
import dev.facet.core.pack.Plan;
import dev.facet.core.quantization.ActivationHistogram;
import dev.facet.core.quantization.ActivationScale;
import dev.facet.core.quantization.BankCalibration;
import dev.facet.core.quantization.CalibrationMethod;
import dev.facet.core.quantization.ScaleTensors;
import dev.facet.core.tensor.Tensor;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes a pack with an int8 plan of one without, or of one with another: scales of its activations, and a self-test under int8. */
public final class PackQuantizer {
    /** What other processors may round otherwise. */
    private static final double SELF_TEST_TOLERANCE = 0.02;

    private PackQuantizer() {}

    /**
     * How a pack is quantized.
     *
     * @param method how ranges are chosen
     * @param images name of the images
     * @param imageCount how many
     * @param fp32 layers that stay in fp32
     */
    public record Choice(CalibrationMethod method, String images, int imageCount, List<String> fp32) {}

    /**
     * The quantized pack, its change of the metric yet to be measured.
     *
     * @param engine that makes the self-test; has the bank's calibration
     */
    public static ModulatorPack quantize(
            ModulatorPack pack,
            Map<String, ActivationHistogram> activations,
            Choice choice,
            Optional<BankCalibration> calibration,
            Engine engine) {
        PackManifest before = pack.manifest();
        Optional<String> digest =
                before.modulatedFrom() == Stage.CONV1 ? Optional.empty() : calibration.map(BankCalibration::digest);
        PackQuantization quantization = new PackQuantization(
                digest, choice.method(), choice.images(), choice.imageCount(), choice.fp32(), SELF_TEST_TOLERANCE);
        PackManifest manifest = before.withQuantization(Optional.of(quantization), plans(before, 0.0));
        Map<String, ActivationScale> scales = new LinkedHashMap<>();
        manifest.activations()
                .forEach(activation -> scales.put(
                        activation.name(), activations.get(activation.name()).scale(choice.method())));
        Map<String, Tensor> tensors = new LinkedHashMap<>(pack.tensors());
        tensors.keySet().removeIf(name -> name.startsWith(ModulatorPack.QUANTIZATION));
        // First in its place, so that the file's order is the usual one.
        tensors.put(ModulatorPack.QUANTIZED_SELF_TEST_OUTPUT, pack.tensor(ModulatorPack.SELF_TEST_OUTPUT));
        ScaleTensors.put(tensors, ModulatorPack.QUANTIZATION, scales);
        FilterBank bank = engine.bank();
        try (PreparedPack prepared = engine.prepare(new ModulatorPack(manifest, tensors, ""), Plan.INT8)) {
            tensors.put(
                    ModulatorPack.QUANTIZED_SELF_TEST_OUTPUT,
                    SelfTest.output(
                            prepared,
                            pack.tensor(ModulatorPack.SELF_TEST_IMAGE),
                            bank.manifest().input()));
        }
        return new ModulatorPack(manifest, tensors, "");
    }

    /** The plans of a manifest, with int8 at that change of the metric; without int8 where it is null. */
    public static Map<Plan, Double> plans(PackManifest manifest, Double change) {
        Map<Plan, Double> plans = new EnumMap<>(manifest.plans());
        plans.remove(Plan.INT8);
        if (change != null) {
            plans.put(Plan.INT8, change);
        }
        return plans;
    }
}

package dev.facet.core.pack;

import dev.facet.core.image.InputPolicy;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.Decoder;
import dev.facet.core.network.Modulation;
import dev.facet.core.network.Stage;
import dev.facet.core.network.TensorLayout;
import dev.facet.core.quantization.Activation;
import dev.facet.core.quantization.Activations;
import dev.facet.core.task.TaskKind;
import dev.facet.core.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a pack says of itself, the JSON of {@code __metadata__["facet.pack"]}.
 *
 * @param name {@code [a-z][a-z0-9-]{0,62}}
 * @param version {@code [0-9]{1,9}}
 * @param description one or two sentences for people; says so where the pack is a demonstration
 * @param task task kind with its parameters
 * @param bank fingerprint of the bank; empty for {@code none} without a prefix
 * @param architecture encoder
 * @param outputStride 8, 16 or 32
 * @param modulation how it adapts the bank
 * @param modulatedFrom first stage that it modulates; what lies before is the bank's own network
 * @param ranks rows of the bank's filters, by convolution, where truncated
 * @param decoder head
 * @param input input policy
 * @param plans plans that it may run under, with the measured change of its metric (0 for {@code factored})
 * @param provenance where it comes from
 * @param scores measured values of metrics
 * @param licence terms of the pack, with those of its data
 * @param selfTestTolerance largest accepted |Δ| of the self-test, relative to the largest |output|
 * @param quantization how it was quantized; empty for a pack that wasn't
 */
public record PackManifest(
        String name,
        String version,
        String description,
        TaskKind task,
        Optional<String> bank,
        Architecture architecture,
        int outputStride,
        Modulation modulation,
        Stage modulatedFrom,
        Map<String, Integer> ranks,
        Decoder decoder,
        InputPolicy input,
        Map<Plan, Double> plans,
        Provenance provenance,
        List<Score> scores,
        String licence,
        double selfTestTolerance,
        Optional<PackQuantization> quantization) {

    private static final String NAME = "[a-z][a-z0-9-]{0,62}";
    private static final String VERSION = "[0-9]{1,9}";
    private static final String FINGERPRINT = "[0-9a-f]{64}";
    private static final int MAX_SCORES = 1000;

    public PackManifest {
        if (!isName(name)) {
            throw new IllegalArgumentException("pack name: value='%s', expected=%s".formatted(name, NAME));
        }
        if (!isVersion(version)) {
            throw new IllegalArgumentException("pack version: value='%s', expected=%s".formatted(version, VERSION));
        }
        if (!Architecture.OUTPUT_STRIDES.contains(outputStride)) {
            throw new IllegalArgumentException("output stride: value=%d, expected=8|16|32".formatted(outputStride));
        }
        if (!(selfTestTolerance > 0 && selfTestTolerance <= 1)) {
            throw new IllegalArgumentException(
                    "self-test tolerance: value=%s, expected=(0, 1]".formatted(selfTestTolerance));
        }
        ManifestText.check("description", description, 2000);
        ManifestText.check("licence", licence, 2000);
        if (bank.isPresent() && !bank.get().matches(FINGERPRINT)) {
            throw new IllegalArgumentException("bank: value='%s', expected=%s".formatted(bank.get(), FINGERPRINT));
        }
        ranks = Map.copyOf(ranks);
        TensorLayout.checkRanks(architecture, ranks);
        plans = Map.copyOf(plans);
        if (plans.isEmpty() || !plans.values().stream().allMatch(Double::isFinite)) {
            throw new IllegalArgumentException("plans: value=%s, expected at least one, with a finite change"
                    .formatted(plans.entrySet().stream()
                            .map(plan -> plan.getKey().id() + "=" + plan.getValue())
                            .sorted()
                            .toList()));
        }
        if (quantization.isPresent()) {
            checkQuantization(quantization.get(), architecture, modulatedFrom, decoder);
        }
        scores = List.copyOf(scores);
        if (scores.size() > MAX_SCORES) {
            throw new IllegalArgumentException(
                    "scores: count=%d, expected at most %d".formatted(scores.size(), MAX_SCORES));
        }
    }

    private static void checkQuantization(
            PackQuantization quantization, Architecture architecture, Stage modulatedFrom, Decoder decoder) {
        if (quantization.calibration().isPresent() != (modulatedFrom != Stage.CONV1)) {
            throw new IllegalArgumentException("calibration: value=%s, expected %s [modulatedFrom=%s]"
                    .formatted(
                            quantization.calibration().orElse("null"),
                            modulatedFrom != Stage.CONV1 ? "a digest" : "null",
                            modulatedFrom.id()));
        }
        List<String> layers = Activations.quantizedLayers(architecture, modulatedFrom, decoder);
        for (String layer : quantization.fp32()) {
            if (!layers.contains(layer)) {
                throw new IllegalArgumentException(
                        "fp32: no layer of this pack is called '%s', expected some of %s".formatted(layer, layers));
            }
        }
    }

    /** A manifest of a pack that isn't quantized. */
    public PackManifest(
            String name,
            String version,
            String description,
            TaskKind task,
            Optional<String> bank,
            Architecture architecture,
            int outputStride,
            Modulation modulation,
            Stage modulatedFrom,
            Map<String, Integer> ranks,
            Decoder decoder,
            InputPolicy input,
            Map<Plan, Double> plans,
            Provenance provenance,
            List<Score> scores,
            String licence,
            double selfTestTolerance) {
        this(
                name,
                version,
                description,
                task,
                bank,
                architecture,
                outputStride,
                modulation,
                modulatedFrom,
                ranks,
                decoder,
                input,
                plans,
                provenance,
                scores,
                licence,
                selfTestTolerance,
                Optional.empty());
    }

    /** Whether that is a name of a pack. */
    public static boolean isName(String value) {
        return value != null && value.matches(NAME);
    }

    /** Whether that is a version of a pack. */
    public static boolean isVersion(String value) {
        return value != null && value.matches(VERSION);
    }

    /** Shapes by name of the tensors that a pack with this manifest has, without self-test and quantization. */
    public Map<String, Shape> layout() {
        return TensorLayout.pack(architecture, modulation, modulatedFrom, ranks, decoder, task.outputs());
    }

    /** The activations that a pack with this manifest has scales of, if it was quantized. */
    public List<Activation> activations() {
        return Activations.ofPack(architecture, modulatedFrom, decoder);
    }

    /** A copy under another name and version, with another description. */
    public PackManifest withAddress(String newName, String newVersion, String newDescription) {
        return with(newName, newVersion, newDescription, plans, scores, quantization);
    }

    /** A copy with these scores. */
    public PackManifest withScores(List<Score> newScores) {
        return with(name, version, description, plans, newScores, quantization);
    }

    /** A copy with another way of quantization, and other plans. */
    public PackManifest withQuantization(Optional<PackQuantization> newQuantization, Map<Plan, Double> newPlans) {
        return with(name, version, description, newPlans, scores, newQuantization);
    }

    private PackManifest with(
            String newName,
            String newVersion,
            String newDescription,
            Map<Plan, Double> newPlans,
            List<Score> newScores,
            Optional<PackQuantization> newQuantization) {
        return new PackManifest(
                newName,
                newVersion,
                newDescription,
                task,
                bank,
                architecture,
                outputStride,
                modulation,
                modulatedFrom,
                ranks,
                decoder,
                input,
                newPlans,
                provenance,
                newScores,
                licence,
                selfTestTolerance,
                newQuantization);
    }
}

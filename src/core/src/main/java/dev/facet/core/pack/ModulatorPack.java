package dev.facet.core.pack;

import dev.facet.core.quantization.Activation;
import dev.facet.core.quantization.ActivationScale;
import dev.facet.core.quantization.CalibrationException;
import dev.facet.core.quantization.ScaleTensors;
import dev.facet.core.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Everything that is private to one task. Immutable and thread-safe.
 *
 * <p>A pack that came out of {@link PackReader} has been checked; one built by hand is checked when it is written and
 * read again.
 *
 * @param manifest what it says of itself
 * @param tensors by name, as {@link PackManifest#layout()} says, and {@code selftest.image}, {@code selftest.output}
 * @param digest SHA-256 of the file in lower-case hex; empty string for one that was never written
 */
public record ModulatorPack(PackManifest manifest, Map<String, Tensor> tensors, String digest) {
    /** uint8 [h, w, 3], RGB. */
    public static final String SELF_TEST_IMAGE = "selftest.image";

    /** fp32 [1, outputs, h, w]: what {@code --tensor} answers for the normalised image. */
    public static final String SELF_TEST_OUTPUT = "selftest.output";

    /** fp32, as {@link #SELF_TEST_OUTPUT}: what the int8 plan answers. */
    public static final String QUANTIZED_SELF_TEST_OUTPUT = "quant.selftest.output";

    /** What tensors of the int8 plan begin with. */
    public static final String QUANTIZATION = "quant.";

    public ModulatorPack {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    }

    /** The tensor of that name; {@link IllegalArgumentException} where the pack has none. */
    public Tensor tensor(String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException(
                    "no such tensor in the pack: name='%s' [pack=%s]".formatted(name, manifest.name()));
        }
        return tensor;
    }

    /**
     * The scales of a quantized pack, by activation, those of {@link PackManifest#activations()}.
     *
     * @throws CalibrationException if one isn't there or can't be what it is
     */
    public Map<String, ActivationScale> scales() {
        Map<String, ActivationScale> scales = new LinkedHashMap<>();
        for (Activation activation : manifest.activations()) {
            ActivationScale scale = ScaleTensors.get(tensors, QUANTIZATION + activation.name());
            activation.check(scale);
            scales.put(activation.name(), scale);
        }
        return scales;
    }
}

package dev.facet.core.folding;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.Convolution;
import dev.facet.core.network.Decoder;
import dev.facet.core.network.Modulation;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A pack's tensors with the norms folded in, as an engine wants them.
 *
 * <p>Factored, per convolution that the pack modulates:
 *
 * <ul>
 *   <li>{@code rc}: {@code <conv>.modulator} = diag(s)·W_t and {@code <conv>.bias}, to follow W_s;
 *   <li>{@code ra-series}: y = z + A·norm_a(z) is affine in z = U·(W_s⊛x), so it is the same form: {@code <conv>.modulator} =
 *       diag(s)·(I + A·diag(s_a))·U and {@code <conv>.bias};
 *   <li>{@code ra-parallel}: {@code <conv>.scale} for the frozen response, {@code <conv>.adapter} = diag(s)·A, {@code
 *       <conv>.bias};
 *   <li>{@code norm}: {@code <conv>.scale} and {@code <conv>.bias};
 *   <li>{@code none}: {@code <conv>.weight} and {@code <conv>.bias}.
 * </ul>
 *
 * Merged: always {@code <conv>.weight} and {@code <conv>.bias}. Shortcuts have {@code .weight} and {@code .bias} ({@code
 * .scale} and {@code .bias} for {@code norm}, factored). Decoder units have {@code .conv.weight} or {@code .depthwise.weight}
 * and {@code .pointwise.weight}, and {@code .bias}. Vectors that multiply or are added to maps have shape [C, 1, 1].
 */
public final class PackFolding {
    private final FilterBank bank;
    private final ModulatorPack pack;
    private final boolean merged;
    private final Map<String, Weights> folded = new LinkedHashMap<>();

    private PackFolding(FilterBank bank, ModulatorPack pack, boolean merged) {
        this.bank = bank;
        this.pack = pack;
        this.merged = merged;
    }

    /** Operands of the factored plan, in the order of execution. */
    public static Map<String, Weights> factored(FilterBank bank, ModulatorPack pack) {
        return new PackFolding(bank, pack, false).fold();
    }

    /** Operands of the merged plan, in the order of execution. */
    public static Map<String, Weights> merged(FilterBank bank, ModulatorPack pack) {
        return new PackFolding(bank, pack, true).fold();
    }

    private Map<String, Weights> fold() {
        PackManifest manifest = pack.manifest();
        Architecture architecture = manifest.architecture();
        for (Convolution conv : architecture.convolutions()) {
            if (conv.stage().compareTo(manifest.modulatedFrom()) >= 0) {
                foldConvolution(conv, manifest.modulation());
            }
        }
        for (Convolution conv : architecture.shortcuts()) {
            if (conv.stage().compareTo(manifest.modulatedFrom()) >= 0) {
                foldShortcut(conv, manifest.modulation());
            }
        }
        foldDecoder(manifest.decoder());
        return folded;
    }

    private void foldConvolution(Convolution conv, Modulation modulation) {
        String name = conv.name();
        Affine norm = Affine.ofNorm(pack::tensor, conv.norm());
        if (merged) {
            put(name, FoldedConvolution.of(effective(conv, modulation), norm), seriesBias(conv, modulation, norm));
            return;
        }
        switch (modulation) {
            case RC -> put(name, ".modulator", Weights.of(pack.tensor(name + ".modulator")), norm);
            case RA_SERIES -> {
                Weights modulator = series(conv).after(BankFolding.modulator(bank, name));
                folded.put(name + ".modulator", modulator.scaleRows(norm.scale()));
                folded.put(name + ".bias", vector(sum(norm.shift(), seriesBias(conv, modulation, norm))));
            }
            case RA_PARALLEL -> {
                folded.put(name + ".scale", channels(norm.scale()));
                put(name, ".adapter", Weights.of(pack.tensor(name + ".adapter")), norm);
            }
            case NORM -> {
                folded.put(name + ".scale", channels(norm.scale()));
                folded.put(name + ".bias", channels(norm.shift()));
            }
            case NONE -> put(name, ".weight", Weights.of(pack.tensor(name + ".weight")), norm);
        }
    }

    /** The full filters of a convolution, before its norm. */
    private Weights effective(Convolution conv, Modulation modulation) {
        String name = conv.name();
        return switch (modulation) {
            case RC -> Weights.of(pack.tensor(name + ".modulator")).after(Weights.of(bank.tensor(name)));
            case RA_SERIES -> series(conv).after(BankFolding.frozen(bank, name));
            case RA_PARALLEL -> BankFolding.frozen(bank, name).plusAtCentre(Weights.of(pack.tensor(name + ".adapter")));
            case NORM -> BankFolding.frozen(bank, name);
            case NONE -> Weights.of(pack.tensor(name + ".weight"));
        };
    }

    /** I + A·diag(s_a). */
    private Weights series(Convolution conv) {
        Affine inner = Affine.ofNorm(pack::tensor, conv.name() + ".adapter_norm");
        return Weights.of(pack.tensor(conv.name() + ".adapter"))
                .scaleColumns(inner.scale())
                .plus(Weights.identity(conv.outChannels()));
    }

    /** diag(s)·A·t_a, what a series adapter adds to the bias; zeros for the others. */
    private float[] seriesBias(Convolution conv, Modulation modulation, Affine norm) {
        if (modulation != Modulation.RA_SERIES) {
            return new float[conv.outChannels()];
        }
        Affine inner = Affine.ofNorm(pack::tensor, conv.name() + ".adapter_norm");
        return Weights.of(pack.tensor(conv.name() + ".adapter"))
                .scaleRows(norm.scale())
                .times(inner.shift());
    }

    private void foldShortcut(Convolution conv, Modulation modulation) {
        Affine norm = Affine.ofNorm(pack::tensor, conv.norm());
        if (modulation != Modulation.NORM) {
            put(conv.name(), ".weight", Weights.of(pack.tensor(conv.name() + ".weight")), norm);
        } else if (merged) {
            put(conv.name(), ".weight", Weights.of(bank.tensor("init." + conv.name() + ".weight")), norm);
        } else {
            folded.put(conv.name() + ".scale", channels(norm.scale()));
            folded.put(conv.name() + ".bias", channels(norm.shift()));
        }
    }

    private void foldDecoder(Decoder decoder) {
        for (String unit :
                List.of("aspp.0", "aspp.1", "aspp.2", "aspp.3", "aspp.4", "project", "low", "fuse.0", "fuse.1")) {
            String name = "decoder." + unit;
            Affine norm = Affine.ofNorm(pack::tensor, name + ".norm");
            if (pack.tensors().containsKey(name + ".depthwise.weight")) {
                folded.put(name + ".depthwise.weight", Weights.of(pack.tensor(name + ".depthwise.weight")));
                put(name, ".pointwise.weight", Weights.of(pack.tensor(name + ".pointwise.weight")), norm);
            } else {
                put(name, ".conv.weight", Weights.of(pack.tensor(name + ".conv.weight")), norm);
            }
        }
        folded.put("decoder.predict.weight", Weights.of(pack.tensor("decoder.predict.weight")));
        folded.put("decoder.predict.bias", Weights.of(pack.tensor("decoder.predict.bias")));
    }

    private void put(String name, String part, Weights weights, Affine norm) {
        folded.put(name + part, weights.scaleRows(norm.scale()));
        folded.put(name + ".bias", vector(norm.shift()));
    }

    private void put(String name, FoldedConvolution convolution, float[] extraBias) {
        folded.put(name + ".weight", convolution.weights());
        folded.put(name + ".bias", vector(sum(convolution.bias(), extraBias)));
    }

    private static float[] sum(float[] a, float[] b) {
        float[] sum = new float[a.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = a[i] + b[i];
        }
        return sum;
    }

    private static Weights vector(float[] values) {
        return new Weights(new Shape(values.length), values);
    }

    private static Weights channels(float[] values) {
        return new Weights(new Shape(values.length, 1, 1), values);
    }
}

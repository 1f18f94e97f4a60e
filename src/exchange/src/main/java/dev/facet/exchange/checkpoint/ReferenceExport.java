package dev.facet.exchange.checkpoint;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.folding.BankFolding;
import dev.facet.core.folding.Weights;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.Convolution;
import dev.facet.core.network.Modulation;
import dev.facet.core.network.TensorLayout;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.task.ReferenceTask;
import dev.facet.core.tensor.ElementType;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A bank and a pack as a state dictionary in the reference's names: the same function, value for value.
 *
 * <p>What the reference doesn't have is put in its terms: a prefix gets the bank's own modulators, norms and shortcuts; {@code
 * norm} is {@code rc} with the bank's modulators; filters cut to a rank are filled up with zeros; a separable 3×3 is one dense
 * 3×3 (nothing lies between its two convolutions). Not in a state dictionary, so to be set in the reference's code: the
 * decoder's widths and dilations where they aren't 256, 48 and 6, 12, 18, and the output stride. Neither is the quantity of depth: the
 * reference takes it for metres.
 */
public final class ReferenceExport {
    private final FilterBank bank;
    private final ModulatorPack pack;
    private final String task;
    private final boolean normalized;
    private final Map<String, Tensor> state = new LinkedHashMap<>();

    private ReferenceExport(FilterBank bank, ModulatorPack pack, boolean normalized) {
        this.bank = bank;
        this.pack = pack;
        this.task = ReferenceTask.of(pack.manifest().task()).referenceName();
        this.normalized = normalized;
    }

    /**
     * The state dictionary of a pack on its bank, {@code common_mt_params: false}, values in fp32.
     *
     * @param pack read for that bank
     * @param normalized whether modulators are written as gain and rows, as the reference with NFF has them
     * @throws IllegalArgumentException if {@code normalized} is asked for and the pack has no modulators
     */
    public static Map<String, Tensor> stateDictionary(FilterBank bank, ModulatorPack pack, boolean normalized) {
        Modulation modulation = pack.manifest().modulation();
        if (normalized && modulation != Modulation.RC && modulation != Modulation.NORM) {
            throw new IllegalArgumentException(
                    "normalized feature fusion needs modulators: modulation=%s, expected=rc|norm"
                            .formatted(modulation.id()));
        }
        return new ReferenceExport(bank, pack, normalized).export();
    }

    private Map<String, Tensor> export() {
        Architecture architecture = pack.manifest().architecture();
        for (Convolution conv : architecture.convolutions()) {
            putConvolution(conv);
            putNorm(ReferenceNames.norm(conv.norm()).get(0), encoderPart(conv, conv.norm()));
        }
        for (Convolution conv : architecture.shortcuts()) {
            boolean own = !isPrefix(conv) && pack.manifest().modulation() != Modulation.NORM;
            Tensor weights =
                    own ? pack.tensor(conv.name() + ".weight") : bank.tensor("init." + conv.name() + ".weight");
            put(ReferenceNames.shortcut(conv.name()).get(0), weights);
            putNorm(ReferenceNames.norm(conv.norm()).get(0), encoderPart(conv, conv.norm()));
        }
        ReferenceNames.DECODER_CONVOLUTIONS.forEach((unit, pattern) -> put(pattern, decoderConvolution(unit)));
        ReferenceNames.DECODER_NORMS.forEach((norm, prefix) -> putNorm(prefix, part -> pack.tensor(norm + "." + part)));
        put(ReferenceNames.predict() + "weight", pack.tensor("decoder.predict.weight"));
        put(ReferenceNames.predict() + "bias", pack.tensor("decoder.predict.bias"));
        return state;
    }

    private boolean isPrefix(Convolution conv) {
        PackManifest manifest = pack.manifest();
        return conv.stage().compareTo(manifest.modulatedFrom()) < 0;
    }

    private void putConvolution(Convolution conv) {
        String name = conv.name();
        boolean prefix = isPrefix(conv);
        String filters = ReferenceNames.filters(name).get(0);
        switch (pack.manifest().modulation()) {
            case RC -> {
                put(filters, rows(Weights.of(bank.tensor(name)), conv.outChannels()));
                putModulator(
                        conv,
                        prefix ? BankFolding.modulator(bank, name) : Weights.of(pack.tensor(name + ".modulator")));
            }
            case NORM -> {
                put(filters, rows(Weights.of(bank.tensor(name)), conv.outChannels()));
                putModulator(conv, BankFolding.modulator(bank, name));
            }
            case NONE -> put(filters, prefix ? tensor(BankFolding.frozen(bank, name)) : pack.tensor(name + ".weight"));
            case RA_PARALLEL -> {
                put(filters, tensor(BankFolding.frozen(bank, name)));
                putAdapter(conv, prefix, conv.inChannels());
            }
            case RA_SERIES -> {
                put(filters, tensor(BankFolding.frozen(bank, name)));
                putAdapter(conv, prefix, conv.outChannels());
                String norm = ReferenceNames.adapterNorm(name).get(0);
                putNorm(
                        norm,
                        part -> prefix
                                ? identityNorm(part, conv.outChannels())
                                : pack.tensor(name + ".adapter_norm." + part));
            }
        }
    }

    private void putAdapter(Convolution conv, boolean prefix, int columns) {
        Shape shape = new Shape(conv.outChannels(), columns, 1, 1);
        Tensor adapter = prefix
                ? Tensor.of(shape, new float[conv.outChannels() * columns])
                : pack.tensor(conv.name() + ".adapter");
        put(ReferenceNames.modulator(conv.name()) + "weight", adapter);
    }

    private void putModulator(Convolution conv, Weights modulator) {
        String prefix = ReferenceNames.modulator(conv.name());
        int channels = conv.outChannels();
        int rank = modulator.columns();
        float[] square = new float[channels * channels];
        for (int row = 0; row < channels; row++) {
            System.arraycopy(modulator.values(), row * rank, square, row * channels, rank);
        }
        Shape shape = new Shape(channels, channels, 1, 1);
        if (!normalized) {
            put(prefix + "weight", Tensor.of(shape, square));
            return;
        }
        float[] gains = new float[channels];
        for (int row = 0; row < channels; row++) {
            double sum = 0;
            for (int i = row * channels; i < (row + 1) * channels; i++) {
                sum += (double) square[i] * square[i];
            }
            gains[row] = (float) Math.sqrt(sum);
            if (gains[row] == 0) {
                // A dead row: any direction with gain 0, as the reference divides by the length.
                Arrays.fill(square, row * channels, (row + 1) * channels, 0);
                square[row * channels + row] = 1;
                gains[row] = 0;
            }
        }
        put(prefix + "weight_g", Tensor.of(new Shape(channels, 1, 1, 1), gains));
        put(prefix + "weight_v", Tensor.of(shape, square));
    }

    private static Tensor rows(Weights filters, int channels) {
        long[] extents = filters.shape().extents();
        extents[0] = channels;
        return Tensor.of(new Shape(extents), Arrays.copyOf(filters.values(), channels * filters.columns()));
    }

    private static Tensor tensor(Weights weights) {
        return Tensor.of(weights.shape(), weights.values());
    }

    private static Tensor identityNorm(String part, int channels) {
        float[] values = new float[channels];
        Arrays.fill(values, part.equals("weight") || part.equals("running_var") ? 1 : 0);
        return Tensor.of(new Shape(channels), values);
    }

    private Tensor decoderConvolution(String unit) {
        if (!pack.tensors().containsKey(unit + ".depthwise.weight")) {
            return pack.tensor(unit + ".conv.weight");
        }
        Weights depthwise = Weights.of(pack.tensor(unit + ".depthwise.weight"));
        Weights pointwise = Weights.of(pack.tensor(unit + ".pointwise.weight"));
        int area = depthwise.columns();
        float[] dense = new float[pointwise.values().length * area];
        for (int i = 0; i < pointwise.values().length; i++) {
            int channel = i % pointwise.columns();
            for (int tap = 0; tap < area; tap++) {
                dense[i * area + tap] = pointwise.values()[i] * depthwise.values()[channel * area + tap];
            }
        }
        return Tensor.of(new Shape(pointwise.rows(), pointwise.columns(), 3, 3), dense);
    }

    private NormSource encoderPart(Convolution conv, String norm) {
        boolean prefix = isPrefix(conv);
        return part -> prefix ? bank.tensor("init." + norm + "." + part) : pack.tensor(norm + "." + part);
    }

    private interface NormSource {
        Tensor part(String name);
    }

    private void putNorm(String prefix, NormSource source) {
        for (String part : TensorLayout.NORM_PARTS) {
            put(prefix + part, source.part(part));
        }
        Tensor zero = Tensor.wrap(ElementType.I64, new Shape(), ByteBuffer.allocate(Long.BYTES));
        state.put(ReferenceNames.of(prefix + ReferenceNames.COUNTER, task), zero);
    }

    private void put(String pattern, Tensor tensor) {
        state.put(ReferenceNames.of(pattern, task), tensor.toFloat32());
    }
}

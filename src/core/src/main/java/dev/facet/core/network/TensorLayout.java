package dev.facet.core.network;

import dev.facet.core.tensor.Shape;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The names and shapes of the tensors of banks and packs: the one place that knows them. docs/format.md prints it.
 */
public final class TensorLayout {
    /** The four tensors of a norm, each [C]. */
    public static final List<String> NORM_PARTS = List.of("weight", "bias", "running_mean", "running_var");

    /** Epsilon of every norm. */
    public static final float NORM_EPSILON = 1e-5f;

    private TensorLayout() {}

    /**
     * Checks ranks: convolutions of the filter bank, each with fewer rows than it has outputs, and at least one.
     *
     * @throws IllegalArgumentException naming the one that is wrong
     */
    public static void checkRanks(Architecture architecture, Map<String, Integer> ranks) {
        Map<String, Integer> full = new LinkedHashMap<>();
        architecture.convolutions().forEach(conv -> full.put(conv.name(), conv.outChannels()));
        ranks.forEach((name, rank) -> {
            Integer channels = full.get(name);
            if (channels == null || rank < 1 || rank >= channels) {
                throw new IllegalArgumentException("rank of '%s': value=%d, expected %s"
                        .formatted(name, rank, channels == null ? "no such convolution" : "1.." + (channels - 1)));
            }
        });
    }

    /**
     * The tensors of a bank.
     *
     * @param ranks rows kept of each convolution, by its name; what is missing has full rank
     * @param initial whether the {@code init.*} tensors are listed
     * @return shapes by name, in the order of execution
     */
    public static Map<String, Shape> bank(Architecture architecture, Map<String, Integer> ranks, boolean initial) {
        Map<String, Shape> layout = new LinkedHashMap<>();
        for (Convolution conv : architecture.convolutions()) {
            int rank = ranks.getOrDefault(conv.name(), conv.outChannels());
            layout.put(conv.name(), new Shape(rank, conv.inChannels(), conv.kernel(), conv.kernel()));
            if (initial) {
                layout.put("init." + conv.name() + ".modulator", new Shape(conv.outChannels(), rank, 1, 1));
                putNorm(layout, "init." + conv.norm(), conv.outChannels());
            }
        }
        if (initial) {
            for (Convolution conv : architecture.shortcuts()) {
                layout.put("init." + conv.name() + ".weight", new Shape(conv.outChannels(), conv.inChannels(), 1, 1));
                putNorm(layout, "init." + conv.norm(), conv.outChannels());
            }
        }
        return Collections.unmodifiableMap(layout);
    }

    /**
     * The tensors of a pack, without self-test and quantization.
     *
     * @param modulatedFrom first stage that the pack modulates; earlier ones have no tensors
     * @param ranks rows kept of each convolution, by its name; what is missing has full rank
     * @param outputs channels of the prediction
     * @return shapes by name, in the order of execution
     */
    public static Map<String, Shape> pack(
            Architecture architecture,
            Modulation modulation,
            Stage modulatedFrom,
            Map<String, Integer> ranks,
            Decoder decoder,
            int outputs) {
        Map<String, Shape> layout = new LinkedHashMap<>(encoder(architecture, modulation, modulatedFrom, ranks));
        layout.putAll(decoder(decoder, outputs));
        return Collections.unmodifiableMap(layout);
    }

    /** The encoder's part of {@link #pack}. */
    public static Map<String, Shape> encoder(
            Architecture architecture, Modulation modulation, Stage modulatedFrom, Map<String, Integer> ranks) {
        Map<String, Shape> layout = new LinkedHashMap<>();
        for (Convolution conv : architecture.convolutions()) {
            if (conv.stage().compareTo(modulatedFrom) >= 0) {
                putModulation(layout, conv, modulation, ranks.getOrDefault(conv.name(), conv.outChannels()));
                putNorm(layout, conv.norm(), conv.outChannels());
            }
        }
        for (Convolution conv : architecture.shortcuts()) {
            if (conv.stage().compareTo(modulatedFrom) >= 0) {
                if (modulation != Modulation.NORM) {
                    layout.put(conv.name() + ".weight", new Shape(conv.outChannels(), conv.inChannels(), 1, 1));
                }
                putNorm(layout, conv.norm(), conv.outChannels());
            }
        }
        return layout;
    }

    private static void putModulation(Map<String, Shape> layout, Convolution conv, Modulation modulation, int rank) {
        switch (modulation) {
            case RC -> layout.put(conv.name() + ".modulator", new Shape(conv.outChannels(), rank, 1, 1));
            case RA_SERIES -> {
                layout.put(conv.name() + ".adapter", new Shape(conv.outChannels(), conv.outChannels(), 1, 1));
                putNorm(layout, conv.name() + ".adapter_norm", conv.outChannels());
            }
            case RA_PARALLEL ->
                layout.put(conv.name() + ".adapter", new Shape(conv.outChannels(), conv.inChannels(), 1, 1));
            case NORM -> {
                // Norms only: the frozen response is used as it is.
            }
            case NONE ->
                layout.put(
                        conv.name() + ".weight",
                        new Shape(conv.outChannels(), conv.inChannels(), conv.kernel(), conv.kernel()));
        }
    }

    /** The decoder's part of {@link #pack}. */
    public static Map<String, Shape> decoder(Decoder decoder, int outputs) {
        Map<String, Shape> layout = new LinkedHashMap<>();
        int width = decoder.width();
        int encoderChannels = Architecture.channels(Stage.LAYER4);
        putUnit(layout, decoder, "decoder.aspp.0", encoderChannels, 1);
        for (int branch = 1; branch <= 3; branch++) {
            putUnit(layout, decoder, "decoder.aspp." + branch, encoderChannels, 3);
        }
        putUnit(layout, decoder, "decoder.aspp.4", encoderChannels, 1);
        putUnit(layout, decoder, "decoder.project", 5 * width, 1);
        layout.put(
                "decoder.low.conv.weight",
                new Shape(decoder.lowLevelWidth(), Architecture.channels(Stage.LAYER1), 1, 1));
        putNorm(layout, "decoder.low.norm", decoder.lowLevelWidth());
        putUnit(layout, decoder, "decoder.fuse.0", width + decoder.lowLevelWidth(), 3);
        putUnit(layout, decoder, "decoder.fuse.1", width, 3);
        layout.put("decoder.predict.weight", new Shape(outputs, width, 1, 1));
        layout.put("decoder.predict.bias", new Shape(outputs));
        return layout;
    }

    private static void putUnit(Map<String, Shape> layout, Decoder decoder, String name, int inChannels, int kernel) {
        int width = decoder.width();
        if (kernel == 3 && decoder.kind() == Decoder.Kind.SEPARABLE) {
            layout.put(name + ".depthwise.weight", new Shape(inChannels, 1, 3, 3));
            layout.put(name + ".pointwise.weight", new Shape(width, inChannels, 1, 1));
        } else {
            layout.put(name + ".conv.weight", new Shape(width, inChannels, kernel, kernel));
        }
        putNorm(layout, name + ".norm", width);
    }

    private static void putNorm(Map<String, Shape> layout, String norm, int channels) {
        for (String part : NORM_PARTS) {
            layout.put(norm + "." + part, new Shape(channels));
        }
    }
}

package dev.facet.core.network;

import java.util.regex.Pattern;

/** What a tensor of a {@link TensorLayout} is, told from its name; a bank's {@code init.*} are what starts from them. */
public enum TensorRole {
    /** k×k filters: the bank's {@code <conv>}, or a pack's own {@code <conv>.weight}. */
    FILTERS(Names.CONVOLUTION + "(\\.weight)?"),
    /** {@code <conv>.modulator}, or its rows {@code .v} and gains {@code .g}, as normalized feature fusion trains it. */
    MODULATOR(Names.CONVOLUTION + "\\.modulator(\\.[vg])?"),
    /** {@code <conv>.adapter}. */
    ADAPTER(Names.CONVOLUTION + "\\.adapter"),
    /** A 1×1 convolution of a shortcut. */
    SHORTCUT(Names.BLOCK + "downsample\\.0\\.weight"),
    /** γ or β of a norm of the encoder, those of adapters too. */
    NORM(Names.NORM + "\\.(weight|bias)"),
    /** Running mean or variance of a norm of the encoder. */
    STATISTIC(Names.NORM + Names.RUNNING),
    /** A parameter of the decoder, γ and β of its norms too. */
    DECODER("decoder\\..+(?<!" + Names.RUNNING + ")"),
    /** Running mean or variance of a norm of the decoder. */
    DECODER_STATISTIC("decoder\\..+" + Names.RUNNING);

    private static final class Names {
        static final String BLOCK = "layer\\d\\.\\d+\\.";
        static final String CONVOLUTION = "(" + BLOCK + ")?conv\\d";
        static final String NORM =
                "((" + BLOCK + ")?bn\\d|" + BLOCK + "downsample\\.1|" + CONVOLUTION + "\\.adapter_norm)";
        static final String RUNNING = "\\.running_(mean|var)";
    }

    private static final String INITIAL = "init.";

    private final Pattern names;

    TensorRole(String names) {
        this.names = Pattern.compile(names);
    }

    /** The role of the tensor of that name; {@link IllegalArgumentException} for a name that no layout has. */
    public static TensorRole of(String name) {
        String tensor = name.startsWith(INITIAL) ? name.substring(INITIAL.length()) : name;
        for (TensorRole role : values()) {
            if (role.names.matcher(tensor).matches()) {
                return role;
            }
        }
        throw new IllegalArgumentException("tensor that no layout has: name='%s'".formatted(name));
    }

    /** Whether it belongs to the decoder. */
    public boolean isDecoder() {
        return this == DECODER || this == DECODER_STATISTIC;
    }

    /** Whether it is a running mean or variance, which is measured and not trained. */
    public boolean isStatistic() {
        return this == STATISTIC || this == DECODER_STATISTIC;
    }
}

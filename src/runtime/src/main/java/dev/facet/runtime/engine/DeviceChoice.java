package dev.facet.runtime.engine;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where an engine is to run: {@code auto}, {@code cpu} or {@code cuda[:n]}.
 *
 * @param kind which provider
 * @param index number of the GPU; 0 for the others
 */
public record DeviceChoice(Kind kind, int index) {
    /** The providers to choose from. */
    public enum Kind {
        /** CUDA where its provider loads and finds a GPU, else the CPU. */
        AUTO,
        CPU,
        /** CUDA, or the engine doesn't open. */
        CUDA
    }

    public static final DeviceChoice AUTO = new DeviceChoice(Kind.AUTO, 0);
    public static final DeviceChoice CPU = new DeviceChoice(Kind.CPU, 0);

    private static final Pattern CUDA = Pattern.compile("cuda(?::([0-9]{1,3}))?");

    /** The choice of that name; {@link IllegalArgumentException} for any other. */
    public static DeviceChoice of(String value) {
        if (value.equals("auto")) {
            return AUTO;
        }
        if (value.equals("cpu")) {
            return CPU;
        }
        Matcher cuda = CUDA.matcher(value);
        if (cuda.matches()) {
            return new DeviceChoice(Kind.CUDA, cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1)));
        }
        throw new IllegalArgumentException("unknown device: value='%s', expected=auto|cpu|cuda[:n]".formatted(value));
    }

    @Override
    public String toString() {
        return switch (kind) {
            case AUTO -> "auto";
            case CPU -> "cpu";
            case CUDA -> "cuda:" + index;
        };
    }
}

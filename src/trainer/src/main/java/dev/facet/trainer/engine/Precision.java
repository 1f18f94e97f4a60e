package dev.facet.trainer.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** What the maps and convolutions of a training step are computed in. Parameters, norms' statistics and losses are fp32. */
public enum Precision {
    FP32("fp32"),
    /** bfloat16: 8 bits of mantissa, the range of fp32. Faster where the processor has instructions for it. */
    BF16("bf16");

    private static final List<String> INSTRUCTIONS = List.of("avx512_bf16", "amx_bf16");

    private final String id;

    Precision(String id) {
        this.id = id;
    }

    /** The name in configurations. */
    public String id() {
        return id;
    }

    /** The names in configurations. */
    public static List<String> ids() {
        return Arrays.stream(values()).map(Precision::id).toList();
    }

    /** The precision of that name; {@link IllegalArgumentException} for any other. */
    public static Precision of(String id) {
        return Arrays.stream(values())
                .filter(precision -> precision.id.equals(id))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("precision: value='%s', expected=%s".formatted(id, ids())));
    }

    /** Whether Linux says that this processor computes bfloat16 itself; otherwise it is emulated, and slow. */
    public static boolean hasBf16() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("flags"))
                    .findFirst()
                    .map(line -> List.of(line.split("\\s+")))
                    .filter(flags -> INSTRUCTIONS.stream().anyMatch(flags::contains))
                    .isPresent();
        } catch (IOException e) {
            return false;
        }
    }
}

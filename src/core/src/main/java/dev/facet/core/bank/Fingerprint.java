package dev.facet.core.bank;

import dev.facet.core.digest.Sha256;
import dev.facet.core.tensor.Tensor;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The identity of a bank: SHA-256 over the UTF-8 lines architecture, mean, std (shortest decimal of each float, one
 * space between, each line ended by {@code \n}), then every tensor, {@code init.*} included, in byte order of the names:
 * name, 0x00, number of dimensions (int32 LE), extents (int64 LE), values as fp32 LE.
 *
 * <p>It doesn't depend on the storage type of values that were rounded before.
 */
final class Fingerprint {
    private Fingerprint() {}

    static String of(BankManifest manifest, Map<String, Tensor> tensors) {
        MessageDigest digest = Sha256.begin();
        String head = manifest.architecture().id() + "\n"
                + line(manifest.input().mean()) + "\n" + line(manifest.input().std()) + "\n";
        digest.update(head.getBytes(StandardCharsets.UTF_8));
        // Names are ASCII, so the order of a TreeMap is the order of their bytes.
        for (Map.Entry<String, Tensor> entry : new TreeMap<>(tensors).entrySet()) {
            update(digest, entry.getKey(), entry.getValue());
        }
        return Sha256.hex(digest);
    }

    private static void update(MessageDigest digest, String name, Tensor tensor) {
        digest.update(name.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        int rank = tensor.shape().rank();
        ByteBuffer shape =
                ByteBuffer.allocate(Integer.BYTES + rank * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        shape.putInt(rank);
        for (long extent : tensor.shape().extents()) {
            shape.putLong(extent);
        }
        digest.update(shape.flip());
        digest.update(tensor.toFloat32().data());
    }

    private static String line(List<Float> values) {
        return values.stream().map(Fingerprint::shortestDecimal).collect(Collectors.joining(" "));
    }

    /**
     * The decimal of fewest digits that reads back as the same float, without exponent: {@code 0.485}, {@code 1}, {@code
     * 0.00001}. ({@code Float.toString} isn't always the shortest before JDK 19.)
     */
    static String shortestDecimal(float value) {
        BigDecimal exact = new BigDecimal(value);
        for (int digits = 1; digits <= 9; digits++) {
            BigDecimal rounded = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
            if (rounded.floatValue() == value) {
                return rounded.signum() == 0
                        ? "0"
                        : rounded.stripTrailingZeros().toPlainString();
            }
        }
        throw new IllegalStateException("nine digits name every float: value=%s (bug)".formatted(value));
    }
}

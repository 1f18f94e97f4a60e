package dev.facet.core.network;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;

/**
 * The head of a pack: atrous spatial pyramid pooling, fusion with layer1, prediction.
 *
 * @param kind layer type of the 3×3 convolutions
 * @param width channels of every branch and of the fusion: 256 in the reference, 128 by default for {@code separable}
 * @param lowLevelWidth channels that layer1's map is reduced to, 48
 * @param rates dilations of the three atrous branches, at the output stride of the pack (6, 12, 18 in the reference)
 */
public record Decoder(Kind kind, int width, int lowLevelWidth, List<Integer> rates) {

    /** The layer type of the decoder. */
    public enum Kind {
        /** The reference's: dense 3×3 convolutions. */
        DEEPLABV3PLUS("deeplabv3plus"),
        /** Every 3×3 is depthwise 3×3, then 1×1, then norm and ReLU. */
        SEPARABLE("separable");

        private final String id;

        Kind(String id) {
            this.id = id;
        }

        /** The name in files. */
        @JsonValue
        public String id() {
            return id;
        }

        /** The kind of that name; {@link IllegalArgumentException} for any other. */
        public static Kind of(String id) {
            for (Kind kind : values()) {
                if (kind.id.equals(id)) {
                    return kind;
                }
            }
            throw new IllegalArgumentException(
                    "unknown decoder: value='%s', expected=deeplabv3plus|separable".formatted(id));
        }
    }

    public Decoder {
        if (width < 1 || width > 1024) {
            throw new IllegalArgumentException("decoder width: value=%d, expected=1..1024".formatted(width));
        }
        if (lowLevelWidth < 1 || lowLevelWidth > 1024) {
            throw new IllegalArgumentException("low-level width: value=%d, expected=1..1024".formatted(lowLevelWidth));
        }
        rates = List.copyOf(rates);
        if (rates.size() != 3 || rates.stream().anyMatch(rate -> rate < 1 || rate > 64)) {
            throw new IllegalArgumentException("ASPP rates: value=%s, expected=three of 1..64".formatted(rates));
        }
    }

    /** The reference's decoder; rates 6, 12, 18 at output stride 16, doubled at 8; halved at 32, which the reference hasn't. */
    public static Decoder reference(int outputStride) {
        List<Integer> rates = switch (outputStride) {
            case 8 -> List.of(12, 24, 36);
            case 32 -> List.of(3, 6, 9);
            default -> List.of(6, 12, 18);
        };
        return new Decoder(Kind.DEEPLABV3PLUS, 256, 48, rates);
    }
}

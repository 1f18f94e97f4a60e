package dev.facet.runtime.engine;

import dev.facet.core.network.Architecture;
import dev.facet.core.network.Stage;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.PackQuantization;
import dev.facet.core.pack.Plan;
import java.util.Optional;

/**
 * The part of the bank's own network that runs before a pack: nothing in it is the pack's, so packs with an equal prefix share
 * its {@link Features}. Prefixes that differ in their end alone extend one another ({@link #canExtend}).
 *
 * @param architecture encoder
 * @param outputStride 8 where layer3 is in the prefix and dilated, else 16: a pack's own may be 32, on which only layer4 depends
 * @param end first stage that isn't in it; {@code conv1} where there is no prefix
 * @param calibration digest of the calibration by which it runs in int8; empty where it runs in fp32, or there is none
 */
public record Prefix(Architecture architecture, int outputStride, Stage end, Optional<String> calibration) {
    private static final int USUAL_STRIDE = 16;
    private static final int DILATED_STRIDE = 8;

    public Prefix {
        // Of layer3 and layer4, which alone depend on it, layer4 is in no prefix, and layer3 is dilated with 8 alone.
        outputStride = end == Stage.LAYER4 && outputStride == DILATED_STRIDE ? DILATED_STRIDE : USUAL_STRIDE;
        calibration = end == Stage.CONV1 ? Optional.empty() : calibration;
    }

    /** A prefix in fp32. */
    public Prefix(Architecture architecture, int outputStride, Stage end) {
        this(architecture, outputStride, end, Optional.empty());
    }

    /** The prefix of a pack under a plan. */
    public static Prefix of(PackManifest manifest, Plan plan) {
        Optional<String> calibration =
                plan == Plan.INT8 ? manifest.quantization().flatMap(PackQuantization::calibration) : Optional.empty();
        return new Prefix(manifest.architecture(), manifest.outputStride(), manifest.modulatedFrom(), calibration);
    }

    /** Whether there is none: the pack takes the image. */
    public boolean isEmpty() {
        return end == Stage.CONV1;
    }

    /** The same network, cut earlier. */
    public Prefix cutAt(Stage stage) {
        if (stage.compareTo(end) > 0) {
            throw new IllegalArgumentException(
                    "prefix ends at %s, not after it: stage=%s".formatted(end.id(), stage.id()));
        }
        return new Prefix(architecture, outputStride, stage, calibration);
    }

    /** Whether features of a shallower one lead to this one's: it is the same network, cut earlier, after layer1 at least. */
    public boolean canExtend(Prefix shallower) {
        return shallower.end().compareTo(Stage.LAYER2) >= 0
                && shallower.end().compareTo(end) < 0
                && cutAt(shallower.end()).equals(shallower);
    }

    /** Whether layer1's map, which the decoder takes, is one of its features beside the map at its end. */
    public boolean hasLowLevelMap() {
        return end.compareTo(Stage.LAYER2) > 0;
    }

    /** In words, for messages. */
    @Override
    public String toString() {
        return isEmpty()
                ? "none"
                : "%s, output stride %d, before %s, %s"
                        .formatted(
                                architecture.id(), outputStride, end.id(), calibration.isPresent() ? "int8" : "fp32");
    }

    /** Bytes of the features of one image of that size. */
    public long featureBytes(int height, int width) {
        if (isEmpty()) {
            return 0;
        }
        long low = hasLowLevelMap() ? mapBytes(Stage.LAYER1, height, width) : 0;
        return low + mapBytes(Stage.values()[end.ordinal() - 1], height, width);
    }

    private long mapBytes(Stage stage, int height, int width) {
        int halvings = switch (stage) {
            case CONV1, LAYER1 -> 2;
            case LAYER2 -> 3;
            case LAYER3, LAYER4 -> outputStride == USUAL_STRIDE ? 4 : 3;
        };
        int rows = height;
        int columns = width;
        for (int i = 0; i < halvings; i++) {
            rows = (rows + 1) / 2;
            columns = (columns + 1) / 2;
        }
        int bytes = calibration.isPresent() ? Byte.BYTES : Float.BYTES;
        return (long) bytes * Architecture.channels(stage) * rows * columns;
    }
}

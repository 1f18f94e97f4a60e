package dev.facet.trainer.sample;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What becomes of the images at the end of a pass that don't fill a batch. */
public enum LastBatch {
    /** The batch is filled up with the first images of the next pass: all batches have one size. */
    FULL,
    /** They are a smaller batch, as in the reference; one image alone is left out, because norms need more. */
    SMALLER,
    /** They are left out. */
    DROPPED;

    /** The name in configurations. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** All names. */
    public static List<String> ids() {
        return Stream.of(values()).map(LastBatch::id).toList();
    }

    /** The one of that name; {@link IllegalArgumentException} for any other. */
    public static LastBatch of(String id) {
        for (LastBatch last : values()) {
            if (last.id().equals(id)) {
                return last;
            }
        }
        throw new IllegalArgumentException(
                "last batch: value='%s', expected=%s".formatted(id, String.join("|", ids())));
    }
}

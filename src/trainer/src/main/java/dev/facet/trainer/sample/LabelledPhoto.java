package dev.facet.trainer.sample;

import dev.facet.core.image.Raster;

/**
 * A photo with its labels at the same size. Arrays are read-only by agreement.
 *
 * @param id name in the data set
 * @param photo decoded photo
 * @param labels {@code height·width·channels} values as {@link Labels} says, channels interleaved
 */
public record LabelledPhoto(String id, Raster photo, float[] labels) {
    /** Values per pixel of the labels. */
    public int labelChannels() {
        return labels.length / (photo.height() * photo.width());
    }
}

package dev.facet.trainer.sample;

import java.util.List;

/**
 * Views of one step. Arrays are owned by the holder.
 *
 * @param ids names of the photos
 * @param height rows of a view
 * @param width columns of a view
 * @param images {@code N·3·height·width} normalised values, NCHW
 * @param labels {@code N·C·height·width} values as {@link Labels} says, NCHW
 */
public record Batch(List<String> ids, int height, int width, float[] images, float[] labels) {
    public int size() {
        return ids.size();
    }
}

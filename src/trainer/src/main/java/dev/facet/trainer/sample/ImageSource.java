package dev.facet.trainer.sample;

import java.util.List;

/** Labelled images by index. Thread-safe; the same index gives the same image whenever it is asked for. */
public interface ImageSource {
    /** How many. */
    int size();

    /** The name of an image in its data set. */
    String id(int index);

    /** How often views are made of an image, in relation to the others; above 0. */
    default double weight(int index) {
        return 1;
    }

    /**
     * An image with its labels; may take the time to decode them.
     *
     * @throws dev.facet.evaluation.dataset.DatasetException naming the file that can't be used
     */
    LabelledImage image(int index);

    /** Images that are in memory. */
    static ImageSource of(List<LabelledImage> images) {
        List<LabelledImage> all = List.copyOf(images);
        return new ImageSource() {
            @Override
            public int size() {
                return all.size();
            }

            @Override
            public String id(int index) {
                return all.get(index).id();
            }

            @Override
            public LabelledImage image(int index) {
                return all.get(index);
            }
        };
    }
}

package dev.facet.trainer.sample;

import java.util.List;

/** Labelled photos by index. Thread-safe; the same index gives the same photo whenever it is asked for. */
public interface PhotoSource {
    /** How many. */
    int size();

    /** The name of a photo in its data set. */
    String id(int index);

    /**
     * A photo with its labels; may take the time to decode them.
     *
     * @throws dev.facet.evaluation.dataset.DatasetException naming the file that can't be used
     */
    LabelledPhoto photo(int index);

    /** Photos that are in memory. */
    static PhotoSource of(List<LabelledPhoto> photos) {
        List<LabelledPhoto> all = List.copyOf(photos);
        return new PhotoSource() {
            @Override
            public int size() {
                return all.size();
            }

            @Override
            public String id(int index) {
                return all.get(index).id();
            }

            @Override
            public LabelledPhoto photo(int index) {
                return all.get(index);
            }
        };
    }
}

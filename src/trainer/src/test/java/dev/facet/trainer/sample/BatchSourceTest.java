package dev.facet.trainer.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.core.image.Normalization;
import dev.facet.evaluation.dataset.DatasetException;
import dev.facet.trainer.TinyTask;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchSourceTest {
    private static final String KIND = TinyTask.KIND.id();
    private static final AugmentationSettings RANDOM =
            new AugmentationSettings(List.of(0.5, 2.0), true, 32, 32, 0.5, 0.3, 0.3, 0.3);

    @Test
    void aBatchIsAFunctionOfSeedAndStep() throws Exception {
        List<LabelledPhoto> photos = TinyTask.photos(5);
        try (BatchSource whole = source(photos, 0, 1);
                BatchSource late = source(photos, 3, 3)) {
            for (int i = 0; i < 3; i++) {
                whole.next();
            }
            for (int i = 0; i < 3; i++) {
                Batch expected = whole.next();
                Batch actual = late.next();
                assertThat(actual.ids()).isEqualTo(expected.ids());
                assertThat(actual.images()).isEqualTo(expected.images());
                assertThat(actual.labels(KIND)).isEqualTo(expected.labels(KIND));
            }
        }
    }

    @Test
    void everyPhotoComesOncePerPass() throws Exception {
        try (BatchSource source = source(TinyTask.photos(6), 0, 2)) {
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                ids.addAll(source.next().ids());
            }
            assertThat(ids).doesNotHaveDuplicates().hasSize(6);
        }
    }

    @Test
    void aPhotoThatCantBeReadEndsTheRunWithItsFile() throws Exception {
        List<LabelledPhoto> photos = TinyTask.photos(4);
        PhotoSource broken = new PhotoSource() {
            @Override
            public int size() {
                return 4;
            }

            @Override
            public String id(int index) {
                return photos.get(index).id();
            }

            @Override
            public LabelledPhoto photo(int index) {
                if (index == 2) {
                    throw new DatasetException("label can't be read [file=depth/c.png]");
                }
                return photos.get(index);
            }
        };
        try (BatchSource source = source(broken, 0, 2)) {
            assertThatThrownBy(() -> {
                        source.next();
                        source.next();
                    })
                    .isInstanceOf(DatasetException.class)
                    .hasMessageContaining("depth/c.png");
        }
    }

    @Test
    void refusesABatchOfOneAndNoPhotos() {
        assertThatThrownBy(() -> new BatchSource(
                        PhotoSource.of(TinyTask.photos(2)),
                        List.of(KIND),
                        Normalization.IMAGENET,
                        RANDOM,
                        new BatchSource.Order(1, 1, 0, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("value=1");
        assertThatThrownBy(() -> source(List.of(), 0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("photos=0");
    }

    private static BatchSource source(List<LabelledPhoto> photos, long first, int workers) {
        return source(PhotoSource.of(photos), first, workers);
    }

    private static BatchSource source(PhotoSource photos, long first, int workers) {
        return new BatchSource(
                photos, List.of(KIND), Normalization.IMAGENET, RANDOM, new BatchSource.Order(2, 11, first, workers));
    }
}

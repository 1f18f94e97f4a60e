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
        List<LabelledImage> images = TinyTask.images(5);
        try (BatchSource whole = source(images, 0, 1);
                BatchSource late = source(images, 3, 3)) {
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
    void everyImageComesOncePerPass() throws Exception {
        try (BatchSource source = source(TinyTask.images(6), 0, 2)) {
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                ids.addAll(source.next().ids());
            }
            assertThat(ids).doesNotHaveDuplicates().hasSize(6);
        }
    }

    @Test
    void aImageThatCantBeReadEndsTheRunWithItsFile() throws Exception {
        List<LabelledImage> images = TinyTask.images(4);
        ImageSource broken = new ImageSource() {
            @Override
            public int size() {
                return 4;
            }

            @Override
            public String id(int index) {
                return images.get(index).id();
            }

            @Override
            public LabelledImage image(int index) {
                if (index == 2) {
                    throw new DatasetException("label can't be read [file=depth/c.png]");
                }
                return images.get(index);
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
    void refusesABatchOfOneAndNoImages() {
        assertThatThrownBy(() -> new BatchSource(
                        ImageSource.of(TinyTask.images(2)),
                        List.of(KIND),
                        Normalization.IMAGENET,
                        RANDOM,
                        new BatchSource.Order(1, 1, 0, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("value=1");
        assertThatThrownBy(() -> source(List.of(), 0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("images=0");
    }

    private static BatchSource source(List<LabelledImage> images, long first, int workers) {
        return source(ImageSource.of(images), first, workers);
    }

    private static BatchSource source(ImageSource images, long first, int workers) {
        return new BatchSource(
                images, List.of(KIND), Normalization.IMAGENET, RANDOM, new BatchSource.Order(2, 11, first, workers));
    }
}

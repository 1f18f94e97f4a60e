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

    /** PyTorch's loader with and without drop_last: no batch lies across two passes. */
    @Test
    void theEndOfAPassIsASmallerBatchOrIsLeftOut() throws Exception {
        ImageSource images = ImageSource.of(TinyTask.images(5));
        assertThat(sizes(images, 3, LastBatch.SMALLER)).containsExactly(3, 2, 3, 2);
        assertThat(sizes(images, 3, LastBatch.DROPPED)).containsExactly(3, 3, 3, 3);
        assertThat(sizes(images, 2, LastBatch.SMALLER))
                .as("one image alone is left out")
                .containsExactly(2, 2, 2, 2);
        try (BatchSource source = source(images, 3, LastBatch.SMALLER, 0, 2);
                BatchSource late = source(images, 3, LastBatch.SMALLER, 3, 1)) {
            for (int pass = 0; pass < 2; pass++) {
                List<String> ids = new ArrayList<>(source.next().ids());
                Batch last = source.next();
                ids.addAll(last.ids());
                assertThat(ids).doesNotHaveDuplicates().hasSize(5);
                if (pass == 1) {
                    assertThat(late.next().images()).as("resumed").isEqualTo(last.images());
                }
            }
        }
        assertThatThrownBy(() -> source(images, 6, LastBatch.DROPPED, 0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("images=5, batch_size=6, last_batch=dropped");
    }

    @Test
    void viewsAreCountedAsBatchesAre() {
        for (LastBatch last : LastBatch.values()) {
            Passes passes = new Passes(7, 3, last);
            long sum = 0;
            for (int step = 0; step < 10; step++) {
                assertThat(passes.views(step)).as("%s, step %d", last, step).isEqualTo(sum);
                sum += passes.span(step).size();
            }
        }
    }

    private static List<Integer> sizes(ImageSource images, int size, LastBatch last) throws Exception {
        List<Integer> sizes = new ArrayList<>();
        try (BatchSource source = source(images, size, last, 0, 2)) {
            for (int i = 0; i < 4; i++) {
                sizes.add(source.next().size());
            }
        }
        return sizes;
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
                        new BatchSource.Order(1, LastBatch.FULL, 1, 0, 1)))
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
        return source(images, 2, LastBatch.FULL, first, workers);
    }

    private static BatchSource source(ImageSource images, int size, LastBatch last, long first, int workers) {
        return new BatchSource(
                images,
                List.of(KIND),
                Normalization.IMAGENET,
                RANDOM,
                new BatchSource.Order(size, last, 11, first, workers));
    }
}

package dev.facet.trainer.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.core.image.Normalization;
import dev.facet.core.image.Raster;
import dev.facet.core.task.Normals;
import dev.facet.core.task.TaskKind;
import dev.facet.trainer.TinyTask;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchSourceTest {
    private static final AugmentationSettings PLAIN = new AugmentationSettings(List.of(1.0), false, 40, 48, 0, 0, 0, 0);
    private static final AugmentationSettings RANDOM =
            new AugmentationSettings(List.of(0.5, 2.0), true, 32, 32, 0.5, 0.3, 0.3, 0.3);

    @Test
    void aBatchIsAFunctionOfSeedAndStep() throws Exception {
        List<LabelledPhoto> photos = TinyTask.photos(5);
        try (BatchSource whole = source(photos, RANDOM, 0);
                BatchSource late = source(photos, RANDOM, 3)) {
            for (int i = 0; i < 3; i++) {
                whole.next();
            }
            for (int i = 0; i < 3; i++) {
                Batch expected = whole.next();
                Batch actual = late.next();
                assertThat(actual.ids()).isEqualTo(expected.ids());
                assertThat(actual.images()).isEqualTo(expected.images());
                assertThat(actual.labels()).isEqualTo(expected.labels());
            }
        }
    }

    @Test
    void everyPhotoComesOncePerPass() throws Exception {
        List<LabelledPhoto> photos = TinyTask.photos(6);
        try (BatchSource source = source(photos, RANDOM, 0)) {
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                ids.addAll(source.next().ids());
            }
            assertThat(ids).doesNotHaveDuplicates().hasSize(6);
        }
    }

    @Test
    void withoutAugmentationAPhotoIsItself() throws Exception {
        LabelledPhoto photo = TinyTask.photos(1).get(0);
        try (BatchSource source = source(List.of(photo, photo), PLAIN, 0)) {
            Batch batch = source.next();
            int area = 40 * 48;
            for (int i = 0; i < area; i++) {
                assertThat(batch.labels()[i]).isEqualTo(photo.labels()[i]);
                float red = (photo.photo().rgb()[i * 3] & 0xFF) / 255f;
                assertThat(batch.images()[i])
                        .isCloseTo((red - 0.485f) / 0.229f, org.assertj.core.api.Assertions.within(1e-5f));
            }
        }
    }

    @Test
    void whatIsPaddedIsMeanColourAndIgnored() throws Exception {
        LabelledPhoto photo = TinyTask.photos(1).get(0);
        AugmentationSettings wide = new AugmentationSettings(List.of(1.0), false, 50, 60, 0, 0, 0, 0);
        try (BatchSource source = source(List.of(photo, photo), wide, 0)) {
            Batch batch = source.next();
            assertThat(batch.labels()[0]).isEqualTo(255);
            assertThat(batch.images()[0]).isZero();
            // Centred: five rows above, six columns before.
            assertThat(batch.labels()[5 * 60 + 6]).isEqualTo(photo.labels()[0]);
            assertThat(batch.labels()[4 * 60 + 6]).isEqualTo(255);
        }
    }

    @Test
    void aMirroredNormalLooksTheOtherWay() throws Exception {
        float[] normals = new float[40 * 48 * 3];
        for (int i = 0; i < normals.length; i += 3) {
            normals[i] = 0.6f;
            normals[i + 2] = -0.8f;
        }
        Raster raster = TinyTask.photos(1).get(0).photo();
        LabelledPhoto photo = new LabelledPhoto("n", raster, normals);
        AugmentationSettings mirrored = new AugmentationSettings(List.of(1.0), false, 40, 48, 1, 0, 0, 0);
        try (BatchSource source = source(new Normals("any"), List.of(photo, photo), mirrored, 0)) {
            Batch batch = source.next();
            assertThat(batch.labels()[0]).isEqualTo(-0.6f);
            assertThat(batch.labels()[2 * 40 * 48]).isEqualTo(-0.8f);
        }
    }

    @Test
    void aBatchOfOneIsRefused() {
        assertThatThrownBy(() -> new BatchSource(
                        TinyTask.photos(2),
                        TinyTask.KIND,
                        Normalization.IMAGENET,
                        PLAIN,
                        new BatchSource.Order(1, 1, 0, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("value=1");
    }

    private static BatchSource source(List<LabelledPhoto> photos, AugmentationSettings settings, long first) {
        return source(TinyTask.KIND, photos, settings, first);
    }

    private static BatchSource source(
            TaskKind kind, List<LabelledPhoto> photos, AugmentationSettings settings, long first) {
        return new BatchSource(photos, kind, Normalization.IMAGENET, settings, new BatchSource.Order(2, 11, first, 2));
    }
}

package dev.facet.trainer.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.network.Stage;
import dev.facet.core.task.HumanParts;
import dev.facet.core.task.TaskKind;
import dev.facet.evaluation.dataset.DatasetException;
import dev.facet.evaluation.dataset.Label;
import dev.facet.evaluation.dataset.Sample;
import dev.facet.trainer.RandomBank;
import dev.facet.trainer.TinyTask;
import dev.facet.trainer.engine.TorchEngine;
import dev.facet.trainer.network.TaskNetwork;
import dev.facet.trainer.sample.LabelPlane;
import dev.facet.trainer.sample.LabelledImage;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ValidationTest {
    private static final FilterBank BANK = RandomBank.plain(1);
    private static final HumanParts PARTS = new HumanParts(TinyTask.KIND.classes());

    @BeforeAll
    static void startEngine() {
        TorchEngine.start();
    }

    @Test
    void scoresWeightsAgainAfterItWasStopped() throws Exception {
        HeldImages images = TinyTask.held(TinyTask.images(12));
        try (NDManager manager = TorchEngine.newManager();
                Validation validation = validation(manager, TinyTask.KIND, images);
                TaskNetwork network = network(manager, TinyTask.KIND)) {
            Map<String, TaskNetwork> networks = Map.of(TinyTask.KIND.id(), network);
            Scores first = validation.run(networks, () -> false).orElseThrow();
            int[] asked = new int[1];
            Optional<Scores> stopped = validation.run(networks, () -> ++asked[0] > 5);

            assertThat(stopped).isEmpty();
            assertThat(validation.run(networks, () -> false)).contains(first);
            assertThat(first.scores().get(TinyTask.KIND.id())).containsKeys("mIoU", "IoU/dark", "IoU/bright");
            assertThat(first.losses().get(TinyTask.KIND.id())).isPositive();
        }
    }

    @Test
    void imagesWithoutAnythingThatCountsHaveNoScores() throws Exception {
        Scores scores = run(PARTS, 40, 48, () -> false).orElseThrow();
        assertThat(scores.scores()).isEqualTo(Map.of(PARTS.id(), Map.of()));
        assertThat(scores.selectionScore(PARTS)).isNaN();
    }

    @Test
    void aLabelOfAnotherSizeIsNamedByItsImage() {
        assertThatThrownBy(() -> run(PARTS, 40, 47, () -> false))
                .isInstanceOf(DatasetException.class)
                .hasMessage("sizes differ: prediction=40×48, label=40×47 [image=image-0]");
    }

    /** Scores two images whose labels are all ignored. */
    private static Optional<Scores> run(TaskKind kind, int height, int width, BooleanSupplier stopping)
            throws InterruptedException {
        List<HeldImages.Held> held = TinyTask.images(2).stream()
                .map(image -> ignored(kind, image, height, width))
                .toList();
        try (NDManager manager = TorchEngine.newManager();
                Validation validation = validation(manager, kind, HeldImages.of(held));
                TaskNetwork network = network(manager, kind)) {
            return validation.run(Map.of(kind.id(), network), stopping);
        }
    }

    private static HeldImages.Held ignored(TaskKind kind, LabelledImage image, int height, int width) {
        byte[] label = new byte[height * width];
        Arrays.fill(label, (byte) Label.ClassMap.IGNORED);
        byte[] scaled = new byte[image.image().height() * image.image().width()];
        Arrays.fill(scaled, (byte) Label.ClassMap.IGNORED);
        return new HeldImages.Held(
                new Sample(image.id(), image.image(), Map.of(kind.id(), new Label.ClassMap(height, width, label))),
                new LabelledImage(image.id(), image.image(), Map.of(kind.id(), new LabelPlane.Ids(scaled))));
    }

    private static Validation validation(NDManager manager, TaskKind kind, HeldImages images) {
        TaskSettings task = TinyTask.task(kind, TinyTask.network(Stage.LAYER4, TinyTask.SEPARABLE));
        RunSettings settings = TinyTask.settings(1, 0, List.of(task));
        return new Validation(manager, settings, images, BANK.manifest().input());
    }

    private static TaskNetwork network(NDManager manager, TaskKind kind) {
        return TaskNetwork.begin(manager, BANK, TinyTask.network(Stage.LAYER4, TinyTask.SEPARABLE), 5);
    }
}

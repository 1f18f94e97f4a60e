package dev.facet.trainer.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import dev.facet.core.network.Stage;
import dev.facet.core.tensor.Tensor;
import dev.facet.trainer.RandomBank;
import dev.facet.trainer.TinyTask;
import dev.facet.trainer.engine.Ops;
import dev.facet.trainer.engine.Precision;
import dev.facet.trainer.engine.TorchEngine;
import dev.facet.trainer.loss.Loss;
import dev.facet.trainer.network.ParameterRole;
import dev.facet.trainer.network.Start;
import dev.facet.trainer.step.OptimizerSettings;
import dev.facet.trainer.step.TaskObjective;
import dev.facet.trainer.step.Trainee;
import dev.facet.trainer.step.UpdateRule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AverageTest {
    private static final String TASK = TinyTask.KIND.id();
    private static final String NORM = "layer4.0.bn1.weight";
    private static final String FROZEN = "layer4.0.conv1.modulator.v";

    @Test
    void isTheExponentialMeanOfWhatChangesAndIsPutInPlaceForAWhile() throws Exception {
        try (NDManager manager = TorchEngine.newManager();
                Trainee trainee = trainee(manager);
                Average average = new Average(manager, 0.75, trainee)) {
            var norm = trainee.networks().get(TASK).parameters().trained().get(NORM);
            float start = norm.toFloatArray()[0];
            double expected = start;
            for (int i = 1; i <= 5; i++) {
                norm.set(new NDIndex("..."), start + i);
                int step = 10 * i;
                average.add(trainee, step);
                double kept = Math.min(0.75, (1.0 + step) / (10.0 + step));
                expected = kept * expected + (1 - kept) * (start + i);
            }
            Map<String, Tensor> averaged = average.orElse(trainee, TASK);
            assertThat((double) averaged.get(NORM).toFloatArray()[0]).isCloseTo(expected, within(1e-5));
            assertThat(averaged.keySet()).isEqualTo(trainee.values(TASK).keySet());
            assertThat(averaged.get(FROZEN)).isEqualTo(trainee.values(TASK).get(FROZEN));
            assertThat(average.snapshot()).containsKey(TASK + "." + NORM).doesNotContainKey(TASK + "." + FROZEN);

            double inside = average.with(trainee, () -> (double) norm.toFloatArray()[0]);
            assertThat(inside).isCloseTo(expected, within(1e-5));
            assertThat(norm.toFloatArray()[0]).isEqualTo(start + 5);

            Map<String, Tensor> snapshot = new LinkedHashMap<>(average.snapshot());
            average.add(trainee, 60);
            average.restore(snapshot);
            assertThat(average.snapshot()).isEqualTo(snapshot);
            snapshot.remove(TASK + "." + NORM);
            assertThatThrownBy(() -> average.restore(snapshot))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(NORM);
        }
    }

    @Test
    void isTheValuesOfNowWhereThereIsNone() throws Exception {
        try (NDManager manager = TorchEngine.newManager();
                Trainee trainee = trainee(manager);
                Average none = new Average(manager, 0, trainee)) {
            none.add(trainee, 1);
            assertThat(none.snapshot()).isEmpty();
            assertThat(none.orElse(trainee, TASK)).isEqualTo(trainee.values(TASK));
            Ops.recordGradients(false);
            assertThat(none.with(trainee, () -> 7)).isEqualTo(7);
        }
    }

    private static Trainee trainee(NDManager manager) {
        var network = TinyTask.network(
                TinyTask.FUSED.from(Stage.LAYER4).freezing(Set.of(ParameterRole.MODULATORS)), TinyTask.SEPARABLE);
        TaskObjective task =
                new TaskObjective(TASK, network, Start.bank(), Loss.forKind(TinyTask.KIND, OptionalDouble.empty()), 1);
        return Trainee.begin(
                manager,
                RandomBank.plain(1),
                List.of(task),
                Trainee.Joint.NOTHING_SHARED,
                OptimizerSettings.of(UpdateRule.Sgd.withMomentum(0.9), 0),
                1,
                Precision.FP32);
    }
}

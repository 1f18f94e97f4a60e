package dev.facet.trainer.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.djl.ndarray.NDManager;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.network.Modulation;
import dev.facet.core.network.Stage;
import dev.facet.core.task.Depth;
import dev.facet.core.task.Saliency;
import dev.facet.core.task.TaskKind;
import dev.facet.core.tensor.ElementType;
import dev.facet.core.tensor.Tensor;
import dev.facet.trainer.RandomBank;
import dev.facet.trainer.TinyTask;
import dev.facet.trainer.engine.Precision;
import dev.facet.trainer.engine.TorchEngine;
import dev.facet.trainer.loss.Loss;
import dev.facet.trainer.network.Adaptation;
import dev.facet.trainer.network.Movement;
import dev.facet.trainer.network.NetworkSpecification;
import dev.facet.trainer.network.ParameterRole;
import dev.facet.trainer.network.Start;
import dev.facet.trainer.sample.Batch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TraineeTest {
    private static final FilterBank BANK = RandomBank.plain(8);
    private static final OptimizerSettings SETTINGS = OptimizerSettings.of(UpdateRule.Sgd.withMomentum(0.9), 1e-4);
    private static final TaskKind SALIENCY = new Saliency();
    private static final TaskKind DEPTH = new Depth("metre", 0.001);
    private static final int STEPS = 3;

    /** The claim of the method, for training: other tasks change nothing, on the same data in the same order. */
    @Test
    void aTaskTrainedWithAnotherEndsAtTheBytesOfTrainingAlone() {
        for (Modulation modulation : new Modulation[] {Modulation.RC, Modulation.RA_SERIES}) {
            Adaptation adaptation = Adaptation.of(modulation).from(Stage.LAYER4);
            TaskObjective first = objective(SALIENCY, adaptation);
            TaskObjective second = objective(DEPTH, adaptation.from(Stage.LAYER3));
            String fingerprint = BANK.fingerprint();
            var together = train(List.of(first, second), Trainee.Joint.NOTHING_SHARED);
            assertThat(together.get(SALIENCY.id()))
                    .isEqualTo(
                            train(List.of(first), Trainee.Joint.NOTHING_SHARED).get(SALIENCY.id()));
            assertThat(together.get(DEPTH.id()))
                    .isEqualTo(
                            train(List.of(second), Trainee.Joint.NOTHING_SHARED).get(DEPTH.id()));
            assertThat(new FilterBank(BANK.manifest(), BANK.tensors()).fingerprint())
                    .isEqualTo(fingerprint);
        }
    }

    /** What the reference does: idle tasks decay and coast, so they end elsewhere. */
    @Test
    void idleTasksCoastWhereAsked() {
        Adaptation adaptation = Adaptation.of(Modulation.RC).from(Stage.LAYER4);
        List<TaskObjective> tasks = List.of(objective(SALIENCY, adaptation), objective(DEPTH, adaptation));
        var coasting = train(tasks, new Trainee.Joint(Sharing.NOTHING, true));
        var still = train(tasks, Trainee.Joint.NOTHING_SHARED);
        assertThat(coasting.get(SALIENCY.id())).isNotEqualTo(still.get(SALIENCY.id()));
    }

    @Test
    void aCommonEncoderIsOneAndDecodersAreNot() {
        Adaptation adaptation = TinyTask.FUSED.from(Stage.LAYER4);
        var common = train(
                List.of(objective(SALIENCY, adaptation), objective(DEPTH, adaptation)),
                new Trainee.Joint(Sharing.ENCODER, false));
        Map<String, Tensor> first = common.get(SALIENCY.id());
        Map<String, Tensor> second = common.get(DEPTH.id());
        first.forEach((name, tensor) -> {
            if (!name.startsWith("decoder.")) {
                assertThat(second.get(name)).as(name).isEqualTo(tensor);
            }
        });
        assertThat(second.get("decoder.fuse.0.norm.running_mean"))
                .isNotEqualTo(first.get("decoder.fuse.0.norm.running_mean"));
        var alone = train(List.of(objective(SALIENCY, adaptation)), Trainee.Joint.NOTHING_SHARED);
        assertThat(first.get("layer4.0.conv1.modulator.v"))
                .isNotEqualTo(alone.get(SALIENCY.id()).get("layer4.0.conv1.modulator.v"));
    }

    @Test
    void baselinesShareTheirConvolutionsAtThePartOfTheRate() {
        Adaptation adaptation = Adaptation.of(Modulation.NONE).from(Stage.LAYER4);
        TaskObjective saliency = objective(SALIENCY, adaptation);
        TaskObjective idle = new TaskObjective("idle", saliency.network(), Start.bank(), saliency.loss(), 0);
        OptimizerSettings plain = OptimizerSettings.of(UpdateRule.Sgd.withMomentum(0), 0);
        String shared = "layer4.0.conv1.weight";
        String own = "layer4.0.bn1.weight";
        try (NDManager manager = TorchEngine.newManager();
                Trainee alone = Trainee.begin(
                        manager, BANK, List.of(saliency), Trainee.Joint.NOTHING_SHARED, plain, 5, Precision.FP32);
                Trainee joint = Trainee.begin(
                        manager,
                        BANK,
                        List.of(saliency, idle),
                        new Trainee.Joint(Sharing.CONVOLUTIONS, false),
                        plain,
                        5,
                        Precision.FP32)) {
            float[] before = alone.values(SALIENCY.id()).get(shared).toFloatArray();
            alone.step(batch(List.of(saliency), 0), 0.1);
            joint.step(batch(List.of(saliency, idle), 0), 0.1);
            float[] whole = alone.values(SALIENCY.id()).get(shared).toFloatArray();
            float[] half = joint.values(SALIENCY.id()).get(shared).toFloatArray();
            double moved = 0;
            double expected = 0;
            for (int i = 0; i < before.length; i++) {
                moved += Math.abs(half[i] - before[i]);
                expected += Math.abs(whole[i] - before[i]) / 2;
            }
            assertThat(moved / expected).isBetween(0.99, 1.01);
            assertThat(joint.values("idle").get(shared))
                    .isEqualTo(joint.values(SALIENCY.id()).get(shared));
            assertThat(joint.values(SALIENCY.id()).get(own))
                    .isEqualTo(alone.values(SALIENCY.id()).get(own));
            assertThat(joint.values("idle").get(own))
                    .isNotEqualTo(joint.values(SALIENCY.id()).get(own));
        }
    }

    @Test
    void aSnapshotBringsBackEveryBitOfSeveralTasks() {
        Adaptation adaptation = TinyTask.FUSED.from(Stage.LAYER4);
        List<TaskObjective> tasks = List.of(objective(SALIENCY, adaptation), objective(DEPTH, adaptation));
        OptimizerSettings adam = OptimizerSettings.of(UpdateRules.of("Adam", Map.of()), 1e-4);
        for (Sharing sharing : new Sharing[] {Sharing.NOTHING, Sharing.ENCODER}) {
            Trainee.Joint joint = new Trainee.Joint(sharing, false);
            try (NDManager manager = TorchEngine.newManager();
                    Trainee whole = Trainee.begin(manager, BANK, tasks, joint, adam, 5, Precision.FP32);
                    Trainee resumed = Trainee.begin(manager, BANK, tasks, joint, adam, 6, Precision.FP32)) {
                whole.step(batch(tasks, 0), 0.01);
                resumed.restore(whole.snapshot());
                whole.step(batch(tasks, 1), 0.01);
                resumed.step(batch(tasks, 1), 0.01);
                assertThat(resumed.snapshot()).isEqualTo(whole.snapshot());
            }
        }
    }

    /** Every modulation, with a prefix and without: bf16 gives the losses of fp32, and moves parameters that stay fp32. */
    @Test
    void bf16LearnsAsFp32Does() {
        for (Modulation modulation : Modulation.values()) {
            for (Stage from : new Stage[] {Stage.CONV1, Stage.LAYER4}) {
                List<TaskObjective> tasks =
                        List.of(objective(DEPTH, Adaptation.of(modulation).from(from)));
                try (NDManager manager = TorchEngine.newManager();
                        Trainee wide = begin(manager, tasks, Precision.FP32);
                        Trainee narrow = begin(manager, tasks, Precision.BF16)) {
                    Map<String, Tensor> before = narrow.values(DEPTH.id());
                    for (int step = 0; step < STEPS; step++) {
                        Batch batch = batch(tasks, step);
                        double expected = wide.step(batch, 0.01).get(DEPTH.id());
                        double found = narrow.step(batch, 0.01).get(DEPTH.id());
                        assertThat(found / expected)
                                .as("%s from %s, step %d", modulation.id(), from, step)
                                .isBetween(0.97, 1.03)
                                .isNotEqualTo(1);
                    }
                    Map<String, Tensor> after = narrow.values(DEPTH.id());
                    after.forEach((name, tensor) -> {
                        assertThat(tensor.type()).as(name).isEqualTo(ElementType.F32);
                        assertThat(tensor).as(name).isNotEqualTo(before.get(name));
                    });
                }
            }
        }
    }

    /** What makes a resumed run end at the same bits. */
    @Test
    void aSnapshotOfBf16BringsBackEveryBit() {
        List<TaskObjective> tasks = List.of(objective(SALIENCY, TinyTask.FUSED));
        try (NDManager manager = TorchEngine.newManager();
                Trainee whole = begin(manager, tasks, Precision.BF16);
                Trainee resumed = begin(manager, tasks, Precision.BF16)) {
            whole.step(batch(tasks, 0), 0.01);
            resumed.restore(whole.snapshot());
            whole.step(batch(tasks, 1), 0.01);
            resumed.step(batch(tasks, 1), 0.01);
            assertThat(resumed.snapshot()).isEqualTo(whole.snapshot());
        }
    }

    @Test
    void whatCannotBeSharedIsRefused() {
        TaskObjective rc = objective(SALIENCY, Adaptation.of(Modulation.RC).from(Stage.LAYER4));
        TaskObjective other = objective(DEPTH, Adaptation.of(Modulation.NORM).from(Stage.LAYER4));
        try (NDManager manager = TorchEngine.newManager()) {
            assertThatThrownBy(() -> Trainee.begin(
                            manager,
                            BANK,
                            List.of(rc, other),
                            new Trainee.Joint(Sharing.ENCODER, false),
                            SETTINGS,
                            1,
                            Precision.FP32))
                    .hasMessageContaining("share an encoder");
            assertThatThrownBy(() -> Trainee.begin(
                            manager,
                            BANK,
                            List.of(rc),
                            new Trainee.Joint(Sharing.CONVOLUTIONS, false),
                            SETTINGS,
                            1,
                            Precision.FP32))
                    .hasMessageContaining("modulation=rc, expected=none");
            assertThatThrownBy(() -> Trainee.begin(
                            manager, BANK, List.of(rc, rc), Trainee.Joint.NOTHING_SHARED, SETTINGS, 1, Precision.FP32))
                    .hasMessageContaining("each once");
        }
    }

    /**
     * Two names for one network: RC whose modulators stay as the bank has them (here any, not orthogonal ones), and the frozen
     * responses with private shortcuts and norms, which parallel adapters are that stay at zero.
     */
    @Test
    void rcWithFrozenModulatorsIsTheFrozenNetworkWithPrivateShortcutsAndNorms() {
        FilterBank bank = RandomBank.of(8);
        Adaptation modulators =
                TinyTask.FUSED.from(Stage.LAYER2).freezing(Set.of(ParameterRole.MODULATORS, ParameterRole.GAINS));
        Adaptation adapters =
                Adaptation.of(Modulation.RA_PARALLEL).from(Stage.LAYER2).freezing(Set.of(ParameterRole.ADAPTERS));
        List<TaskObjective> first = List.of(objective(SALIENCY, modulators));
        List<TaskObjective> second = List.of(objective(SALIENCY, adapters));
        try (NDManager manager = TorchEngine.newManager();
                Trainee one = begin(manager, bank, first);
                Trainee other = begin(manager, bank, second)) {
            for (int step = 0; step < STEPS; step++) {
                double loss = one.step(batch(first, step), 0.01).get(SALIENCY.id());
                assertThat(other.step(batch(second, step), 0.01).get(SALIENCY.id()))
                        .as("step %d", step)
                        .isCloseTo(loss, withinPercentage(0.02));
            }
            var trained = one.networks().get(SALIENCY.id()).parameters().trained();
            assertThat(trained.keySet())
                    .isEqualTo(other.networks()
                            .get(SALIENCY.id())
                            .parameters()
                            .trained()
                            .keySet());
            Map<String, Tensor> before = begin(manager, bank, first).values(SALIENCY.id());
            assertThat(one.values(SALIENCY.id()).get("layer2.0.conv1.modulator.v"))
                    .isEqualTo(before.get("layer2.0.conv1.modulator.v"));
            assertThat(one.values(SALIENCY.id()).get("layer2.0.downsample.0.weight"))
                    .isNotEqualTo(before.get("layer2.0.downsample.0.weight"));
        }
    }

    /** 3,904 numbers: the diagonal of RCM, which only norms with running statistics let act. */
    @Test
    void gainsAloneAreTrained() {
        Adaptation gains = TinyTask.FUSED
                .withRunningStatistics()
                .freezing(Set.of(ParameterRole.MODULATORS, ParameterRole.SHORTCUTS, ParameterRole.NORMS));
        List<TaskObjective> tasks = List.of(objective(SALIENCY, gains));
        try (NDManager manager = TorchEngine.newManager();
                Trainee trainee = begin(manager, BANK, tasks)) {
            Map<String, Tensor> before = trainee.values(SALIENCY.id());
            trainee.step(batch(tasks, 0), 0.01);
            Map<ParameterRole, Movement> moved = Movement.of(
                    before,
                    trainee.values(SALIENCY.id()),
                    trainee.networks().get(SALIENCY.id()).parameters().trained().keySet());
            assertThat(moved.get(ParameterRole.GAINS).trained()).isEqualTo(3_904);
            assertThat(moved.get(ParameterRole.GAINS).distance()).isPositive();
            assertThat(moved.get(ParameterRole.DECODER).distance()).isPositive();
            for (ParameterRole still :
                    List.of(ParameterRole.MODULATORS, ParameterRole.SHORTCUTS, ParameterRole.NORMS)) {
                assertThat(moved.get(still).trained()).as(still.id()).isZero();
                assertThat(moved.get(still).distance()).as(still.id()).isZero();
                assertThat(moved.get(still).start()).as(still.id()).isPositive();
            }
        }
    }

    @Test
    void aNetworkWithNothingToTrainIsRefused() {
        Adaptation still = TinyTask.FUSED.from(Stage.LAYER4).freezing(EnumSet.allOf(ParameterRole.class));
        try (NDManager manager = TorchEngine.newManager()) {
            assertThatThrownBy(() -> begin(manager, BANK, List.of(objective(SALIENCY, still))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("nothing to train")
                    .hasMessageContaining("saliency");
        }
    }

    /** The norm over all tensors of a step is that of clip_grad_norm_; without momentum a step's length shows it. */
    @Test
    void gradientsAreClippedByTheirCommonNorm() {
        UpdateRule plain = UpdateRule.Sgd.withMomentum(0);
        Adaptation adaptation = TinyTask.FUSED.from(Stage.LAYER4);
        for (Sharing sharing : new Sharing[] {Sharing.NOTHING, Sharing.ENCODER}) {
            List<TaskObjective> tasks = sharing == Sharing.NOTHING
                    ? List.of(objective(SALIENCY, adaptation))
                    : List.of(objective(SALIENCY, adaptation), objective(DEPTH, adaptation));
            double free = length(tasks, sharing, new OptimizerSettings(plain, 0, OptionalDouble.empty(), Map.of()));
            double clipped =
                    length(tasks, sharing, new OptimizerSettings(plain, 0, OptionalDouble.of(free / 4), Map.of()));
            double loose =
                    length(tasks, sharing, new OptimizerSettings(plain, 0, OptionalDouble.of(free * 4), Map.of()));
            assertThat(clipped).as("%s", sharing).isCloseTo(free / 4, withinPercentage(0.1));
            assertThat(loose).as("%s", sharing).isCloseTo(free, withinPercentage(0.1));
        }
    }

    /** How far a step of rate 1 goes. */
    private static double length(List<TaskObjective> tasks, Sharing sharing, OptimizerSettings settings) {
        Trainee.Joint joint = new Trainee.Joint(sharing, false);
        try (NDManager manager = TorchEngine.newManager();
                Trainee trainee = Trainee.begin(manager, BANK, tasks, joint, settings, 5, Precision.FP32)) {
            Map<String, Tensor> before = new LinkedHashMap<>();
            tasks.forEach(task -> trainee.values(task.name())
                    .forEach((name, tensor) -> before.put(unique(task, name, sharing), tensor)));
            Set<String> trained = new HashSet<>();
            trainee.networks()
                    .forEach((task, network) ->
                            trained.addAll(network.parameters().trained().keySet()));
            trainee.step(batch(tasks, 0), 1);
            double squares = 0;
            Map<String, Tensor> after = new LinkedHashMap<>();
            tasks.forEach(task -> trainee.values(task.name())
                    .forEach((name, tensor) -> after.put(unique(task, name, sharing), tensor)));
            for (Map.Entry<String, Tensor> entry : after.entrySet()) {
                if (trained.contains(entry.getKey().substring(entry.getKey().indexOf(' ') + 1))) {
                    float[] now = entry.getValue().toFloatArray();
                    float[] was = before.get(entry.getKey()).toFloatArray();
                    for (int i = 0; i < now.length; i++) {
                        squares += (double) (now[i] - was[i]) * (now[i] - was[i]);
                    }
                }
            }
            return Math.sqrt(squares);
        }
    }

    /** A tensor that tasks share is one. */
    private static String unique(TaskObjective task, String name, Sharing sharing) {
        return (sharing == Sharing.ENCODER && !name.startsWith("decoder.") ? "shared " : task.name() + " ") + name;
    }

    @Test
    void batchesOfAStepHaveTheMeanOfTheirGradients() throws IOException {
        List<TaskObjective> tasks = List.of(objective(SALIENCY, TinyTask.FUSED.from(Stage.LAYER4)));
        String name = "layer4.0.conv1.modulator.v";
        float[] first = moved(tasks, List.of(batch(tasks, 0)), name);
        float[] second = moved(tasks, List.of(batch(tasks, 1)), name);
        float[] both = moved(tasks, List.of(batch(tasks, 0), batch(tasks, 1)), name);
        double difference = 0;
        double size = 0;
        for (int i = 0; i < both.length; i++) {
            difference += Math.abs(both[i] - (first[i] + second[i]) / 2);
            size += Math.abs(both[i]);
        }
        assertThat(difference / size).isLessThan(1e-3);
    }

    private static float[] moved(List<TaskObjective> tasks, List<Batch> batches, String name) throws IOException {
        OptimizerSettings plain = OptimizerSettings.of(UpdateRule.Sgd.withMomentum(0), 0);
        try (NDManager manager = TorchEngine.newManager();
                Trainee trainee =
                        Trainee.begin(manager, BANK, tasks, Trainee.Joint.NOTHING_SHARED, plain, 5, Precision.FP32)) {
            float[] before = trainee.values(SALIENCY.id()).get(name).toFloatArray();
            trainee.step(batches, 1, (task, network) -> {});
            float[] after = trainee.values(SALIENCY.id()).get(name).toFloatArray();
            for (int i = 0; i < after.length; i++) {
                after[i] -= before[i];
            }
            return after;
        }
    }

    private static Trainee begin(NDManager manager, FilterBank bank, List<TaskObjective> tasks) {
        return Trainee.begin(manager, bank, tasks, Trainee.Joint.NOTHING_SHARED, SETTINGS, 5, Precision.FP32);
    }

    private static Trainee begin(NDManager manager, List<TaskObjective> tasks, Precision precision) {
        return Trainee.begin(manager, BANK, tasks, Trainee.Joint.NOTHING_SHARED, SETTINGS, 5, precision);
    }

    private static TaskObjective objective(TaskKind kind, Adaptation adaptation) {
        NetworkSpecification network = new NetworkSpecification(
                BANK.manifest().architecture(), 16, adaptation, TinyTask.SEPARABLE, kind.outputs());
        return new TaskObjective(kind.id(), network, Start.bank(), Loss.forKind(kind, OptionalDouble.empty()), 1);
    }

    private static Map<String, Map<String, Tensor>> train(List<TaskObjective> tasks, Trainee.Joint joint) {
        try (NDManager manager = TorchEngine.newManager();
                Trainee trainee = Trainee.begin(manager, BANK, tasks, joint, SETTINGS, 5, Precision.FP32)) {
            for (int step = 0; step < STEPS; step++) {
                trainee.step(batch(tasks, step), 0.01);
            }
            Map<String, Map<String, Tensor>> values = new LinkedHashMap<>();
            tasks.forEach(task -> values.put(task.name(), trainee.values(task.name())));
            return values;
        }
    }

    private static Batch batch(List<TaskObjective> tasks, int step) {
        int side = 32;
        Random random = new Random(step);
        float[] images = new float[2 * 3 * side * side];
        float[] labels = new float[2 * side * side];
        for (int i = 0; i < images.length; i++) {
            images[i] = (float) random.nextGaussian();
        }
        for (int i = 0; i < labels.length; i++) {
            labels[i] = random.nextInt(2);
        }
        Map<String, float[]> byTask = new LinkedHashMap<>();
        tasks.forEach(task -> byTask.put(task.name(), labels));
        return new Batch(new ArrayList<>(List.of("a", "b")), side, side, images, byTask);
    }
}

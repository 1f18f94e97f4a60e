package dev.facet.trainer.step;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.network.Modulation;
import dev.facet.core.network.TensorRole;
import dev.facet.core.tensor.Tensor;
import dev.facet.trainer.engine.Ops;
import dev.facet.trainer.engine.Precision;
import dev.facet.trainer.network.TaskNetwork;
import dev.facet.trainer.network.TaskParameters;
import dev.facet.trainer.sample.Batch;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The tasks that are trained, one or several, with their optimizers: everything that a step changes and a checkpoint holds.
 *
 * <p>Not thread-safe: use it on the thread that started the engine. Owns its arrays until {@link #close()}.
 */
public final class Trainee implements AutoCloseable {
    private static final String MODEL = "model.";
    private static final String OPTIMIZER = "optimizer.";
    private static final String SHARED = "shared";

    private final NDManager manager;
    private final List<TaskObjective> tasks;
    private final Sharing sharing;
    private final boolean coasting;
    private final Precision precision;
    private final Map<String, TaskNetwork> networks = new LinkedHashMap<>();
    private final Map<String, Optimizer> optimizers = new LinkedHashMap<>();

    private Trainee(NDManager parent, List<TaskObjective> tasks, Joint joint, Precision precision) {
        this.manager = parent.newSubManager();
        this.tasks = List.copyOf(tasks);
        this.sharing = joint.sharing();
        this.coasting = joint.idleTasksCoast();
        this.precision = precision;
    }

    /**
     * How tasks are trained together.
     *
     * @param sharing what they have in common
     * @param idleTasksCoast whether every step also moves the other tasks' tensors by decay and momentum, a bug of the reference
     */
    public record Joint(Sharing sharing, boolean idleTasksCoast) {
        public static final Joint NOTHING_SHARED = new Joint(Sharing.NOTHING, false);
    }

    /**
     * Tasks before their first step.
     *
     * @param seed of random initial values; each task begins as it would alone
     * @param precision what steps compute in
     * @throws IllegalArgumentException if tasks or bank don't fit together
     */
    public static Trainee begin(
            NDManager parent,
            FilterBank bank,
            List<TaskObjective> tasks,
            Joint joint,
            OptimizerSettings settings,
            long seed,
            Precision precision) {
        check(tasks, joint.sharing());
        Trainee trainee = new Trainee(parent, tasks, joint, precision);
        try {
            trainee.build(bank, settings, seed);
        } catch (RuntimeException e) {
            trainee.close();
            throw e;
        }
        return trainee;
    }

    private void build(FilterBank bank, OptimizerSettings settings, long seed) {
        TaskNetwork first = null;
        for (TaskObjective task : tasks) {
            TaskNetwork network = first == null
                    ? TaskNetwork.begin(manager, bank, task.network(), task.start(), seed)
                    : first.sibling(bank, task.network(), task.start(), seed, isShared());
            first = first == null ? network : first;
            networks.put(task.name(), network);
            optimizers.put(
                    task.name(),
                    new Optimizer(manager, settings, only(network, isShared().negate())));
        }
        if (sharing != Sharing.NOTHING) {
            optimizers.put(SHARED, new Optimizer(manager, settings, only(first, isShared())));
        }
    }

    private static void check(List<TaskObjective> tasks, Sharing sharing) {
        if (tasks.isEmpty()
                || tasks.stream().map(TaskObjective::name).distinct().count() < tasks.size()) {
            throw new IllegalArgumentException("tasks: value=%s, expected at least one, each once"
                    .formatted(tasks.stream().map(TaskObjective::name).toList()));
        }
        TaskObjective first = tasks.get(0);
        for (TaskObjective task : tasks) {
            if (task.name().equals(SHARED)) {
                throw new IllegalArgumentException("task name: value='%s' is taken".formatted(SHARED));
            }
            boolean same = task.network().architecture() == first.network().architecture()
                    && task.network().outputStride() == first.network().outputStride()
                    && task.network().adaptation().equals(first.network().adaptation());
            if (sharing != Sharing.NOTHING && !same) {
                throw new IllegalArgumentException(
                        "tasks that share an encoder differ in it: tasks='%s' and '%s', expected one architecture, stride and"
                                        .formatted(first.name(), task.name())
                                + " adaptation");
            }
        }
        if (sharing == Sharing.CONVOLUTIONS && first.network().modulation() != Modulation.NONE) {
            throw new IllegalArgumentException(
                    "shared convolutions: modulation=%s, expected=none (others train no common ones)"
                            .formatted(first.network().modulation().id()));
        }
    }

    private Predicate<String> isShared() {
        return switch (sharing) {
            case NOTHING -> name -> false;
            case CONVOLUTIONS -> name -> TensorRole.of(name) == TensorRole.FILTERS;
            case ENCODER -> name -> !TensorRole.of(name).isDecoder();
        };
    }

    private static Map<String, NDArray> only(TaskNetwork network, Predicate<String> wanted) {
        Map<String, NDArray> parameters =
                new LinkedHashMap<>(network.parameters().trained());
        parameters.keySet().removeIf(wanted.negate());
        return parameters;
    }

    /** The networks by task; shared arrays are the same in all. */
    public Map<String, TaskNetwork> networks() {
        return Collections.unmodifiableMap(networks);
    }

    /** Told of a task's network when its gradients are known and nothing has moved yet. */
    @FunctionalInterface
    public interface GradientObserver {
        void observe(String task, TaskNetwork network) throws IOException;
    }

    /** As {@link #step(Batch, double, GradientObserver)}, unobserved. */
    public Map<String, Double> step(Batch batch, double rate) {
        try {
            return step(batch, rate, (task, network) -> {});
        } catch (IOException e) {
            throw new IllegalStateException("nothing was written (bug)", e);
        }
    }

    /**
     * One batch: a step of every task, or one of all.
     *
     * @param rate learning rate
     * @param observer told of each task
     * @return weighted loss by task, before the step
     * @throws NonFiniteLossException if a loss is no number
     * @throws IOException if the observer can't write
     */
    public Map<String, Double> step(Batch batch, double rate, GradientObserver observer) throws IOException {
        Map<String, Double> losses = new LinkedHashMap<>();
        if (sharing == Sharing.ENCODER) {
            backward(batch, tasks, losses);
            for (Map.Entry<String, TaskNetwork> network : networks.entrySet()) {
                observer.observe(network.getKey(), network.getValue());
            }
            optimizers.values().forEach(optimizer -> optimizer.step(rate));
            return losses;
        }
        for (TaskObjective task : tasks) {
            backward(batch, List.of(task), losses);
            observer.observe(task.name(), networks.get(task.name()));
            optimizers.get(task.name()).step(rate);
            if (sharing == Sharing.CONVOLUTIONS) {
                // Stepped once per task, so each step is the T-th part.
                optimizers.get(SHARED).step(rate / tasks.size());
            }
            if (coasting) {
                tasks.stream()
                        .filter(other -> other != task)
                        .forEach(other -> optimizers.get(other.name()).coast(rate));
            }
        }
        return losses;
    }

    /** Gradients of the sum of these tasks' losses over one encoder pass. */
    private void backward(Batch batch, List<TaskObjective> together, Map<String, Double> losses) {
        try (NDScope scope = new NDScope();
                NDManager local = manager.newSubManager()) {
            scope.suppressNotUsedWarning();
            Shape shape = new Shape(batch.size(), 3, batch.height(), batch.width());
            TaskNetwork first = networks.get(together.get(0).name());
            DataType type =
                    first.parameters().statistics().values().iterator().next().getDataType();
            NDArray images = Ops.of(local, batch.images(), shape, type);
            Ops.recordGradients(true);
            try {
                NDList features = first.features(precision == Precision.BF16 ? Ops.narrow(images) : images, true);
                NDArray sum = null;
                for (TaskObjective task : together) {
                    NDArray map = Ops.widen(networks.get(task.name()).decode(features, true));
                    NDArray prediction = task.loss().prediction(map, batch.height(), batch.width());
                    NDArray loss = task.loss().of(prediction, batch.labels(task.name()));
                    loss = loss.mul((float) task.weight());
                    double value = Ops.toDouble(loss);
                    if (!Double.isFinite(value)) {
                        throw new NonFiniteLossException(task.name(), value, batch.ids());
                    }
                    losses.put(task.name(), value);
                    sum = sum == null ? loss : sum.add(loss);
                }
                Ops.backward(sum);
            } finally {
                Ops.recordGradients(false);
            }
        }
    }

    /** Copies of everything that a step changes or reads: values of all networks, state of all optimizers. */
    public Map<String, Tensor> snapshot() {
        Map<String, Tensor> state = new LinkedHashMap<>();
        networks.forEach((task, network) -> network.parameters()
                .snapshot()
                .forEach((name, tensor) -> state.put(MODEL + task + "." + name, tensor)));
        optimizers.forEach((task, optimizer) ->
                optimizer.snapshot().forEach((name, tensor) -> state.put(OPTIMIZER + task + "." + name, tensor)));
        return state;
    }

    /**
     * Goes back to a snapshot.
     *
     * @throws IllegalArgumentException if it is of other tasks or networks
     */
    public void restore(Map<String, Tensor> state) {
        networks.forEach((task, network) -> network.parameters().restore(under(MODEL + task + ".", state)));
        optimizers.forEach((task, optimizer) -> optimizer.restore(under(OPTIMIZER + task + ".", state)));
    }

    /** The tensors whose names begin with a prefix, by what follows it. */
    public static Map<String, Tensor> under(String prefix, Map<String, Tensor> state) {
        Map<String, Tensor> found = new LinkedHashMap<>();
        state.forEach((name, tensor) -> {
            if (name.startsWith(prefix)) {
                found.put(name.substring(prefix.length()), tensor);
            }
        });
        return found;
    }

    /** Values of one task by name, as {@link TaskParameters#snapshot()}. */
    public Map<String, Tensor> values(String task) {
        return networks.get(task).parameters().snapshot();
    }

    @Override
    public void close() {
        manager.close();
    }
}

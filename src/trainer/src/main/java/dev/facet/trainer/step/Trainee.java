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
import java.util.OptionalDouble;
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
    private static final double CLIP_EPSILON = 1e-6;

    private final NDManager manager;
    private final List<TaskObjective> tasks;
    private final Sharing sharing;
    private final boolean coasting;
    private final Precision precision;
    private final OptionalDouble clipNorm;
    private final Map<String, TaskNetwork> networks = new LinkedHashMap<>();
    private final Map<String, Optimizer> optimizers = new LinkedHashMap<>();

    private Trainee(
            NDManager parent, List<TaskObjective> tasks, Joint joint, OptionalDouble clipNorm, Precision precision) {
        this.manager = parent.newSubManager();
        this.tasks = List.copyOf(tasks);
        this.sharing = joint.sharing();
        this.coasting = joint.idleTasksCoast();
        this.clipNorm = clipNorm;
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
        Trainee trainee = new Trainee(parent, tasks, joint, settings.clipNorm(), precision);
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
        for (TaskObjective task : tasks) {
            if (networks.get(task.name()).parameters().trained().isEmpty()) {
                throw new IllegalArgumentException(
                        "nothing to train: every role of the network has the rate 0 [task=%s]".formatted(task.name()));
            }
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

    /** One batch, unobserved. */
    public Map<String, Double> step(Batch batch, double rate) {
        try {
            return step(List.of(batch), rate, (task, network) -> {});
        } catch (IOException e) {
            throw new IllegalStateException("nothing was written (bug)", e);
        }
    }

    /**
     * A step of every task, or one of all.
     *
     * @param batches whose gradients are averaged, each by the losses and norms of its own; at least one
     * @param rate learning rate
     * @param observer told of each task
     * @return weighted loss by task, before the step, the mean over the batches
     * @throws NonFiniteLossException if a loss is no number
     * @throws IOException if the observer can't write
     */
    public Map<String, Double> step(List<Batch> batches, double rate, GradientObserver observer) throws IOException {
        Map<String, Double> losses = new LinkedHashMap<>();
        if (sharing == Sharing.ENCODER) {
            backward(batches, tasks, losses);
            for (Map.Entry<String, TaskNetwork> network : networks.entrySet()) {
                observer.observe(network.getKey(), network.getValue());
            }
            Map<Optimizer, Double> rates = new LinkedHashMap<>();
            optimizers.values().forEach(optimizer -> rates.put(optimizer, rate));
            move(rates);
            return losses;
        }
        for (TaskObjective task : tasks) {
            backward(batches, List.of(task), losses);
            observer.observe(task.name(), networks.get(task.name()));
            Map<Optimizer, Double> rates = new LinkedHashMap<>();
            rates.put(optimizers.get(task.name()), rate);
            if (sharing == Sharing.CONVOLUTIONS) {
                // Stepped once per task, so each step is the T-th part.
                rates.put(optimizers.get(SHARED), rate / tasks.size());
            }
            move(rates);
            if (coasting) {
                tasks.stream()
                        .filter(other -> other != task)
                        .forEach(other -> optimizers.get(other.name()).coast(rate));
            }
        }
        return losses;
    }

    /** Steps these optimizers at these rates, by gradients that are clipped over all of them, as torch.nn.utils.clip_grad_norm_ does. */
    private void move(Map<Optimizer, Double> rates) {
        double factor = 1;
        if (clipNorm.isPresent()) {
            double norm = Math.sqrt(rates.keySet().stream()
                    .mapToDouble(Optimizer::squaredGradients)
                    .sum());
            factor = Math.min(1, clipNorm.getAsDouble() / (norm + CLIP_EPSILON));
        }
        double scale = factor;
        rates.forEach((optimizer, rate) -> optimizer.step(rate, scale));
    }

    private void backward(List<Batch> batches, List<TaskObjective> together, Map<String, Double> losses) {
        for (Batch batch : batches) {
            backward(batch, 1.0 / batches.size(), together, losses);
        }
    }

    /** Gradients of a share of the sum of these tasks' losses over one encoder pass, added to those that are there. */
    private void backward(Batch batch, double share, List<TaskObjective> together, Map<String, Double> losses) {
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
                    float[] labels = batch.labels(task.name());
                    NDArray loss = batch.weights()
                            .map(weights -> task.loss().of(prediction, labels, weights))
                            .orElseGet(() -> task.loss().of(prediction, labels));
                    loss = loss.mul((float) task.weight());
                    double value = Ops.toDouble(loss);
                    if (!Double.isFinite(value)) {
                        throw new NonFiniteLossException(task.name(), value, batch.ids());
                    }
                    losses.merge(task.name(), value * share, Double::sum);
                    sum = sum == null ? loss : sum.add(loss);
                }
                Ops.backward(share == 1 ? sum : sum.mul((float) share));
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

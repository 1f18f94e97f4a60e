package dev.facet.trainer.config;

import dev.facet.core.image.InputPolicy;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.task.DepthQuantity;
import dev.facet.core.task.ReferenceTask;
import dev.facet.trainer.engine.Precision;
import dev.facet.trainer.network.ParameterRole;
import dev.facet.trainer.sample.LastBatch;
import dev.facet.trainer.step.UpdateRules;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a configuration must not say, each in one sentence that names the key. Looks at no file: it is the first thing that a
 * run does.
 */
public final class ConfigurationChecks {
    private static final int MAX_STEPS = 100_000_000;
    private static final int MAX_ACCUMULATED = 256;

    private ConfigurationChecks() {}

    /**
     * Checks a configuration.
     *
     * @throws IllegalArgumentException naming the key that is wrong
     */
    public static void check(TrainingConfiguration c) {
        checkLength(c);
        checkTasks(c);
        ModelChecks.check(c.model());
        checkOptimizer(c.optimizer());
        checkLoaders(c);
        checkLogger(c.logger());
        checkPack(c);
    }

    private static void checkLength(TrainingConfiguration c) {
        TrainingConfiguration.Strategy strategy = c.trainingStrategy();
        between("training_strategy.max_iter", strategy.maxIter(), 1, MAX_STEPS);
        if (!(strategy.ema() >= 0 && strategy.ema() < 1)) {
            throw bad("training_strategy.ema", strategy.ema(), "0..1, below 1");
        }
        oneOf("training_strategy.select_by", strategy.selectBy(), List.of("score", "loss"));
        oneOf("training_strategy.export", strategy.export(), List.of("best", "last"));
        strategy.earlyStopping()
                .ifPresent(
                        early -> between("training_strategy.early_stopping.patience", early.patience(), 1, MAX_STEPS));
        strategy.checkData()
                .ifPresent(when -> oneOf("training_strategy.check_data", when, List.of("all", "start", "none")));
        strategy.precision().ifPresent(precision -> oneOf("training_strategy.precision", precision, Precision.ids()));
        TrainingConfiguration.Scheduler scheduler = c.scheduler();
        oneOf("scheduler.lr_policy", scheduler.lrPolicy(), List.of("PolynomialLR", "CosineAnnealingLR", "ConstantLR"));
        int end = scheduler.parameters().maxIter().orElse(strategy.maxIter());
        if (end < strategy.maxIter()) {
            throw bad(
                    "scheduler.parameters.max_iter",
                    end,
                    "at least training_strategy.max_iter=%d".formatted(strategy.maxIter()));
        }
        if (!(scheduler.parameters().gamma() >= 0 && scheduler.parameters().gamma() <= 10)) {
            throw bad("scheduler.parameters.gamma", scheduler.parameters().gamma(), "0..10");
        }
        scheduler.parameters().least().ifPresent(least -> {
            if (!(least >= 0 && least <= c.optimizer().rate())) {
                throw bad("scheduler.parameters.eta_min", least, "0 to optimizer.parameters.lr");
            }
        });
        strategy.accumulate()
                .ifPresent(batches -> between("training_strategy.accumulate", batches, 1, MAX_ACCUMULATED));
        between("scheduler.parameters.warmup", scheduler.parameters().warmup(), 0, strategy.maxIter());
    }

    private static void checkTasks(TrainingConfiguration c) {
        Map<String, Double> weights = c.dataset().tasksWeighting();
        if (weights.isEmpty()) {
            throw new IllegalArgumentException(
                    "missing key: key='dataset.tasks_weighting', expected the active tasks with their weights"
                            + " (or dataset.task and one of them)");
        }
        Set<ReferenceTask> seen = EnumSet.noneOf(ReferenceTask.class);
        weights.forEach((name, weight) -> {
            if (!seen.add(task("dataset.tasks_weighting." + name, name))) {
                throw new IllegalArgumentException(
                        "task given twice: key='dataset.tasks_weighting.%s'".formatted(name));
            }
            if (weight == null || !(weight > 0) || weight.isInfinite()) {
                throw bad("dataset.tasks_weighting." + name, weight, "a number above 0");
            }
        });
        DepthQuantity quantity = c.dataset().quantity();
        if (quantity != DepthQuantity.DISTANCE && !seen.contains(ReferenceTask.DEPTH)) {
            throw bad("dataset.quantity", quantity.id(), "distance unless depth is trained");
        }
        Map<ReferenceTask, String> losses = new EnumMap<>(ReferenceTask.class);
        c.loss().forEach((name, loss) -> {
            ReferenceTask task = task("loss." + name, name);
            String other = losses.put(task, name);
            if (other != null) {
                throw new IllegalArgumentException(
                        "task given twice: key='loss.%s', expected 'loss.%s' alone, which is there already"
                                .formatted(name, other));
            }
            if (loss == null) {
                throw bad("loss." + name, null, "loss_function and parameters");
            }
            if (seen.contains(task)) {
                LossChecks.check("loss." + name, task, quantity, loss);
            }
        });
    }

    private static ReferenceTask task(String key, String name) {
        return ReferenceTask.find(name).orElseThrow(() -> {
            List<String> known = new ArrayList<>();
            for (ReferenceTask task : ReferenceTask.values()) {
                known.add(task.referenceName());
                if (!task.kindId().equals(task.referenceName())) {
                    known.add(task.kindId());
                }
            }
            return new IllegalArgumentException("unknown key: key='%s'%s".formatted(key, Suggestion.of(name, known)));
        });
    }

    private static void checkOptimizer(OptimizerConfiguration optimizer) {
        oneOf("optimizer.algorithm", optimizer.algorithm(), UpdateRules.NAMES);
        if (!(optimizer.rate() > 0 && optimizer.rate() < 1e6)) {
            throw bad("optimizer.parameters.lr", optimizer.parameters().get("lr"), "above 0");
        }
        if (!(optimizer.decay() >= 0 && optimizer.decay() < 1e6)) {
            throw bad(
                    "optimizer.parameters.weight_decay", optimizer.parameters().get("weight_decay"), "0 or more");
        }
        Set<String> known = new TreeSet<>(UpdateRules.parameters(optimizer.algorithm()));
        known.addAll(OptimizerConfiguration.COMMON_PARAMETERS);
        for (String name : optimizer.parameters().keySet()) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException("unknown key: key='optimizer.parameters.%s'%s [algorithm=%s]"
                        .formatted(name, Suggestion.of(name, known), optimizer.algorithm()));
            }
        }
        UpdateRules.of(optimizer.algorithm(), optimizer.ruleParameters());
        optimizer.clipNorm().ifPresent(norm -> {
            if (!(norm > 0 && norm < Double.POSITIVE_INFINITY)) {
                throw bad("optimizer.clip_norm", norm, "above 0");
            }
        });
        for (ParameterRole role : ParameterRole.values()) {
            checkRole("optimizer.roles." + role.id(), optimizer.roles().of(role));
        }
    }

    private static void checkRole(String key, OptimizerConfiguration.Role role) {
        if (!(role.factor() >= 0 && role.factor() < 1e6)) {
            throw bad(key + ".lr_factor", role.factor(), "0 or more");
        }
        role.weightDecay().ifPresent(decay -> {
            if (!(decay >= 0 && decay < 1e6)) {
                throw bad(key + ".weight_decay", decay, "0 or more");
            }
        });
        role.decayTo().ifPresent(target -> oneOf(key + ".decay_to", target, List.of("zero", "start")));
    }

    private static void checkLoaders(TrainingConfiguration c) {
        boolean joined = !c.dataset().sources().isEmpty();
        if (joined) {
            SourceChecks.check(c);
        }
        if (!joined
                && c.dataset().root().isEmpty()
                && c.trainDataloader().datasetArgs().root().isEmpty()) {
            throw new IllegalArgumentException(
                    "missing key: key='dataset.root', expected the folder of the data set, in"
                            + " the file or with --set dataset.root=FOLDER; or dataset.sources");
        }
        if (!joined
                && c.dataset().root().isEmpty()
                && c.valDataloader().datasetArgs().root().isEmpty()) {
            throw new IllegalArgumentException(
                    "missing key: key='val_dataloader.dataset_args.root', expected the folder of the data set");
        }
        between("dataset.positive_from", c.dataset().positiveFrom(), 1, 255);
        TrainingConfiguration.Loader train = c.trainDataloader();
        if (train.datasetArgs().augmentations().crop().isEmpty()) {
            throw new IllegalArgumentException(
                    "missing key: key='train_dataloader.dataset_args.augmentations.RandomCrop', expected size, a side or"
                            + " [height, width]");
        }
        between(
                "train_dataloader.dataloader_args.batch_size",
                train.dataloaderArgs().batchSize(),
                2,
                4096);
        TrainingConfiguration.Size view =
                train.datasetArgs().augmentations().crop().get();
        // A batch is one array of 3 channels.
        int most = Integer.MAX_VALUE / (3 * view.height() * view.width());
        if (train.dataloaderArgs().batchSize() > most) {
            throw bad(
                    "train_dataloader.dataloader_args.batch_size",
                    train.dataloaderArgs().batchSize(),
                    "at most %d views of %d×%d".formatted(most, view.height(), view.width()));
        }
        between(
                "train_dataloader.dataloader_args.num_workers",
                train.dataloaderArgs().numWorkers(),
                0,
                256);
        train.dataloaderArgs()
                .lastBatch()
                .ifPresent(last -> oneOf("train_dataloader.dataloader_args.last_batch", last, LastBatch.ids()));
        if (train.dataloaderArgs().shuffle().equals(Optional.of(false))) {
            throw bad("train_dataloader.dataloader_args.shuffle", false, "true: training always shuffles");
        }
        var views = c.valDataloader().datasetArgs().augmentations();
        if (views.scaling().isPresent()
                || views.crop().isPresent()
                || views.flip().isPresent()
                || views.jitter().isPresent()) {
            throw new IllegalArgumentException(
                    "bad value: key='val_dataloader.dataset_args.augmentations', expected PadImage alone: whole images are"
                            + " scored");
        }
        c.input().size().ifPresent(size -> between("input.size", size, InputPolicy.MIN_SIZE, InputPolicy.MAX_SIZE));
    }

    private static void checkLogger(TrainingConfiguration.Logger logger) {
        between("logger.train_log_iter", logger.trainLogIter(), 1, MAX_STEPS);
        between("logger.val_log_iter", logger.valLogIter(), 1, MAX_STEPS);
        between("logger.image_log_iter", logger.imageLogIter(), 0, MAX_STEPS);
        between("logger.histogram_iter", logger.histogramIter(), 0, MAX_STEPS);
        between("logger.checkpoint_iter", logger.checkpointIter(), 0, MAX_STEPS);
        if (logger.resultsDir().isBlank()) {
            throw bad("logger.results_dir", "''", "a folder");
        }
    }

    private static void checkPack(TrainingConfiguration c) {
        TrainingConfiguration.Pack pack = c.pack();
        pack.name().ifPresent(name -> {
            if (!PackManifest.isName(name)) {
                throw bad("pack.name", "'" + name + "'", "[a-z][a-z0-9-]{0,62}");
            }
            if (name.equals("bank")) {
                throw bad("pack.name", "'bank'", "another: bank.safetensors is the bank's file");
            }
        });
        if (!PackManifest.isVersion(pack.version())) {
            throw bad("pack.version", "'" + pack.version() + "'", "[0-9]{1,9}");
        }
        oneOf("pack.store", pack.store(), List.of("fp16", "fp32"));
    }

    static void oneOf(String key, String value, List<String> allowed) {
        if (!allowed.contains(value)) {
            throw new IllegalArgumentException("bad value: key='%s', value='%s', expected=%s%s"
                    .formatted(key, value, String.join("|", allowed), allowed.size() > 1 ? meant(value, allowed) : ""));
        }
    }

    private static String meant(String value, List<String> allowed) {
        String suggestion = Suggestion.of(value, allowed);
        return suggestion.substring(0, suggestion.indexOf('?') + 1);
    }

    private static void between(String key, int value, int least, int most) {
        if (value < least || value > most) {
            throw bad(key, value, least + ".." + most);
        }
    }

    static IllegalArgumentException bad(String key, Object value, String expected) {
        return new IllegalArgumentException(
                "bad value: key='%s', value=%s, expected %s".formatted(key, value, expected));
    }
}

package dev.facet.trainer.config;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.facet.core.task.DepthQuantity;
import dev.facet.trainer.sample.AugmentationSettings;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One run, as its YAML says. Keys are the reference's where it has them (upper case and snake case included); {@link
 * ConfigurationReader} makes short forms full ones before it gets here, {@link ConfigurationChecks} says what contradicts.
 *
 * @param defaults what filled in the keys that the file left out
 * @param seed seed of views, order and initial values
 * @param referenceBugs whether losses and joint training have the bugs of the reference, for comparison
 * @param trainingStrategy how long
 * @param model network
 * @param input how the server scales images; training sees them scaled alike
 * @param loss what is minimised, by task; tasks that aren't active are not looked at
 * @param optimizer how it is minimised
 * @param scheduler learning rate over time
 * @param dataset data and tasks
 * @param trainDataloader views to train on
 * @param valDataloader images to choose the best weights by
 * @param sampleImgsDataloader images that TensorBoard shows
 * @param logger when something is written, and where
 * @param pack what the pack says of itself
 */
public record TrainingConfiguration(
        Defaults defaults,
        long seed,
        @JsonProperty("reference_bugs") boolean referenceBugs,
        @JsonProperty("training_strategy") Strategy trainingStrategy,
        ModelSettings model,
        Input input,
        Map<String, TaskLoss> loss,
        OptimizerConfiguration optimizer,
        Scheduler scheduler,
        Dataset dataset,
        @JsonProperty("train_dataloader") Loader trainDataloader,
        @JsonProperty("val_dataloader") Loader valDataloader,
        @JsonProperty("sample_imgs_dataloader") Loader sampleImgsDataloader,
        Logger logger,
        Pack pack) {

    public TrainingConfiguration {
        loss = Collections.unmodifiableMap(new LinkedHashMap<>(loss));
    }

    /**
     * How long, and which weights come out.
     *
     * @param maxIter optimizer steps
     * @param ema decay of an average of the weights that is scored and exported in their place; 0 for none
     * @param selectBy what the best weights are: {@code score} (the first one of the task's metric) or {@code loss} (lowest
     *     sum of the weighted validation losses, the reference's rule)
     * @param export {@code best} or {@code last}: the weights that become the pack (the reference tests {@code last})
     * @param accumulate batches whose mean gradient makes one step; empty: 1
     * @param earlyStopping when the run ends before its last step; empty (and not written): never
     * @param precision {@code fp32} or {@code bf16}, what steps compute in; empty (and not written): fp32
     * @param checkData when all images and labels are decoded before the first step: {@code all} starts, the first {@code start}
     *     alone and not those that resume, or {@code none}; empty (and not written): all
     */
    public record Strategy(
            @JsonProperty("max_iter") int maxIter,
            double ema,
            @JsonProperty("select_by") String selectBy,
            String export,
            @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Integer> accumulate,

            @JsonProperty("early_stopping") @JsonInclude(JsonInclude.Include.NON_ABSENT)
            Optional<EarlyStopping> earlyStopping,

            @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<String> precision,

            @JsonInclude(JsonInclude.Include.NON_ABSENT) @JsonProperty("check_data")
            Optional<String> checkData) {}

    /**
     * When a run ends before its last step.
     *
     * @param patience validations without a better score of any task
     */
    public record EarlyStopping(int patience) {}

    /** The input policy: longer side (empty: that of the padded validation images), and whether smaller images are enlarged. */
    public record Input(OptionalInt size, boolean enlarge) {}

    /**
     * What is minimised for one task.
     *
     * @param lossFunction the reference's name; empty: the one of the task
     */
    public record TaskLoss(
            @JsonProperty("loss_function") Optional<String> lossFunction, Optional<LossParameters> parameters) {}

    /**
     * Parameters of a loss.
     *
     * @param positiveWeight weight of edges in the weighted cross-entropy, 0.95 in the reference; empty: the share of pixels
     *     that are none
     * @param ignoreIndex class of pixels that don't count: 255, there is no other
     */
    public record LossParameters(
            @JsonProperty("positive_weight") Optional<Double> positiveWeight,
            @JsonProperty("ignore_index") OptionalInt ignoreIndex) {}

    /** Learning rate over time: {@code PolynomialLR}, lr·(1 − i/max_iter)^gamma, {@code CosineAnnealingLR}, or {@code ConstantLR}. */
    public record Scheduler(@JsonProperty("lr_policy") String lrPolicy, SchedulerParameters parameters) {}

    /**
     * Parameters of the schedule.
     *
     * @param maxIter step at which the rate would be 0; empty: that of the training strategy
     * @param decayIter not used, as in the reference
     * @param gamma exponent
     * @param least {@code eta_min}, the last rate of {@code CosineAnnealingLR}; empty: 0
     * @param warmup steps over which the rate grows linearly from 0
     */
    public record SchedulerParameters(
            @JsonProperty("max_iter") OptionalInt maxIter,
            @JsonProperty("decay_iter") OptionalInt decayIter,
            double gamma,

            @JsonProperty("eta_min") @JsonInclude(JsonInclude.Include.NON_ABSENT)
            Optional<Double> least,

            int warmup) {}

    /**
     * The data set.
     *
     * @param datasetName its name, for provenance; {@code PascalContextMT} and {@code NYUDMT} (and their other names) are the
     *     reference's layouts, any other is the plain one; empty: that of the folder
     * @param root folder; where it is given, it stands for the folders of all loaders
     * @param sources several data sets in place of {@code root}
     * @param classes classes of segmentation and human parts, in place of those in the folders' {@code classes.txt}; none: as these
     *     say. {@code [voc]} are PASCAL VOC's 20 and the background
     * @param tasksWeighting the active tasks, under the reference's names or ours, with the factors of their losses
     * @param positiveFrom for edges of plain folders: label values from here on are edges, 0 is none, those between are
     *     ignored
     * @param unlabelledIsAClass for NYUD's segmentation: whether 0 is a class, 41 in all, as in the reference
     * @param counted for edges: what counts as one, in words
     * @param axes for normals: the axes in words
     * @param quantity for depth: distance in metres, or affine-invariant inverse depth
     */
    public record Dataset(
            @JsonProperty("dataset_name") Optional<String> datasetName,
            Optional<String> root,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<SourceSettings> sources,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> classes,
            @JsonProperty("tasks_weighting") Map<String, Double> tasksWeighting,
            @JsonProperty("positive_from") int positiveFrom,
            @JsonProperty("unlabelled_is_a_class") boolean unlabelledIsAClass,
            String counted,
            String axes,
            DepthQuantity quantity) {
        public Dataset {
            sources = List.copyOf(sources);
            classes = List.copyOf(classes);
            tasksWeighting = Collections.unmodifiableMap(new LinkedHashMap<>(tasksWeighting));
        }
    }

    /** Images and batches of one purpose. */
    public record Loader(
            @JsonProperty("dataset_args") DatasetArguments datasetArgs,
            @JsonProperty("dataloader_args") LoaderArguments dataloaderArgs) {}

    /**
     * Where images come from and what is done to them.
     *
     * @param root folder above the data set's, as in the reference
     * @param imageSet split
     */
    public record DatasetArguments(
            Optional<String> root,
            @JsonProperty("image_set") String imageSet,
            Augmentations augmentations) {}

    /** Views; the order is always scale, pad, crop, flip, colour, whatever the order in the file. */
    public record Augmentations(
            @JsonProperty("RandomScaling") Optional<Scaling> scaling,
            @JsonProperty("RandomCrop") Optional<Size> crop,
            @JsonProperty("RandomHorizontallyFlip") Optional<Flip> flip,
            @JsonProperty("ColorJitter") Optional<Jitter> jitter,
            @JsonProperty("PadImage") Optional<Size> pad) {}

    /** Scales; step 0 draws from the whole range. */
    public record Scaling(
            @JsonProperty("min_scale_factor") double minScaleFactor,
            @JsonProperty("max_scale_factor") double maxScaleFactor,
            @JsonProperty("step_size") double stepSize) {
        public Scaling {
            double most = AugmentationSettings.MAX_SCALE;
            if (!(minScaleFactor > 0 && maxScaleFactor >= minScaleFactor && maxScaleFactor <= most && stepSize >= 0)) {
                throw new IllegalArgumentException(
                        "scales: min_scale_factor=%s, max_scale_factor=%s, step_size=%s, expected 0 < min ≤ max ≤ %.0f, step ≥ 0"
                                .formatted(minScaleFactor, maxScaleFactor, stepSize, most));
            }
            if (stepSize > 0 && (maxScaleFactor - minScaleFactor) / stepSize >= AugmentationSettings.MAX_SCALES) {
                throw new IllegalArgumentException(
                        "too many scales: step_size=%s, expected at most %d of them, or 0 for any"
                                .formatted(stepSize, AugmentationSettings.MAX_SCALES));
            }
        }
    }

    /** Height and width. */
    public record Size(List<Integer> size) {
        public Size {
            size = List.copyOf(size);
            if (size.size() != 2 || size.stream().anyMatch(side -> side < 1 || side > AugmentationSettings.MAX_CROP)) {
                throw new IllegalArgumentException("size: value=%s, expected a side or [height, width] of 1..%d"
                        .formatted(size, AugmentationSettings.MAX_CROP));
            }
        }

        public int height() {
            return size.get(0);
        }

        public int width() {
            return size.get(1);
        }
    }

    /** Chance of a mirror image. */
    public record Flip(double p) {
        public Flip {
            if (!(p >= 0 && p <= 1)) {
                throw new IllegalArgumentException("chance: p=%s, expected=0..1".formatted(p));
            }
        }
    }

    /** Ranges of random colours, 0 for none. */
    public record Jitter(double brightness, double contrast, double saturation) {
        public Jitter {
            for (double range : new double[] {brightness, contrast, saturation}) {
                if (!(range >= 0 && range <= 1)) {
                    throw new IllegalArgumentException("range of colours: value=%s, expected=0..1".formatted(range));
                }
            }
        }
    }

    /**
     * Batches.
     *
     * @param lastBatch what the images at the end of a pass become, in training: {@code full}, {@code smaller} or {@code
     *     dropped}; empty: {@code full}
     * @param shuffle training always shuffles and validation never does; {@code false} in training is refused
     */
    public record LoaderArguments(
            @JsonProperty("batch_size") int batchSize,
            @JsonProperty("num_workers") int numWorkers,

            @JsonProperty("last_batch") @JsonInclude(JsonInclude.Include.NON_ABSENT)
            Optional<String> lastBatch,

            Optional<Boolean> shuffle) {}

    /**
     * When something is written (in steps; 0 for never), and where.
     *
     * @param trainLogIter line of progress and scalars
     * @param valLogIter validation, with a checkpoint
     * @param imageLogIter pictures for TensorBoard
     * @param histogramIter histograms of parameters and gradients for TensorBoard
     * @param checkpointIter checkpoints between validations
     * @param resultsDir folder of all results
     * @param tensorboard whether TensorBoard's files are written
     */
    public record Logger(
            @JsonProperty("train_log_iter") int trainLogIter,
            @JsonProperty("val_log_iter") int valLogIter,
            @JsonProperty("image_log_iter") int imageLogIter,
            @JsonProperty("histogram_iter") int histogramIter,
            @JsonProperty("checkpoint_iter") int checkpointIter,
            @JsonProperty("results_dir") String resultsDir,
            boolean tensorboard) {}

    /**
     * What the pack says of itself.
     *
     * @param name its name; with several tasks each pack is {@code NAME-TASK}; empty: that of the task
     * @param teacher the network whose predictions are the labels, if one made them
     * @param store {@code fp32} or {@code fp16}
     */
    public record Pack(
            Optional<String> name,
            String version,
            String description,
            Optional<String> teacher,
            String licence,
            String store) {}
}

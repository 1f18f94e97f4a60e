package dev.facet.trainer.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.Decoder;
import dev.facet.core.network.Stage;
import java.util.List;
import java.util.Optional;

/**
 * One run, as its YAML says. Keys are the reference's where it has them (upper case and snake case included).
 *
 * @param seed seed of views, order and initial values
 * @param trainingStrategy how long
 * @param model network
 * @param input how the server scales photos; training sees them scaled alike
 * @param loss what is minimised
 * @param optimizer SGD
 * @param scheduler learning rate over time
 * @param dataset data
 * @param trainDataloader views to train on
 * @param valDataloader photos to choose the best weights by
 * @param logger when something is written, and where
 * @param pack what the pack says of itself
 */
public record TrainingConfiguration(
        long seed,
        @JsonProperty("training_strategy") Strategy trainingStrategy,
        Model model,
        Input input,
        LossSettings loss,
        Optimizer optimizer,
        Scheduler scheduler,
        Dataset dataset,
        @JsonProperty("train_dataloader") TrainLoader trainDataloader,
        @JsonProperty("val_dataloader") ValLoader valDataloader,
        Logger logger,
        Pack pack) {

    /**
     * How long.
     *
     * @param maxIter optimizer steps
     * @param ema decay of an average of the weights that is scored and exported in their place; 0 for none
     */
    public record Strategy(@JsonProperty("max_iter") int maxIter, double ema) {}

    /**
     * The network.
     *
     * @param bank file of the filter bank
     * @param modulatedFrom first stage that is trained
     */
    public record Model(
            Architecture architecture,
            String bank,
            @JsonProperty("modulated_from") Stage modulatedFrom,
            ModelParameters parameters) {}

    /**
     * Details of the network.
     *
     * @param outputStride 8 or 16
     * @param fusion normalized feature fusion
     */
    public record ModelParameters(
            @JsonProperty("output_stride") int outputStride,
            @JsonProperty("NFF") boolean fusion,
            Head decoder) {}

    /** The decoder. */
    public record Head(
            Decoder.Kind kind,
            int width,
            @JsonProperty("low_level_width") int lowLevelWidth,
            List<Integer> rates) {
        public Decoder toDecoder() {
            return new Decoder(kind, width, lowLevelWidth, rates);
        }
    }

    /** The input policy: longer side, and whether smaller photos are enlarged to it. */
    public record Input(int size, boolean enlarge) {}

    /**
     * What is minimised; the kind decides the function.
     *
     * @param positiveWeight weight of edges in the weighted cross-entropy, 0.95 in the reference
     * @param weight factor of the loss
     */
    public record LossSettings(
            @JsonProperty("positive_weight") Optional<Double> positiveWeight, double weight) {}

    /** Stochastic gradient descent. */
    public record Optimizer(String algorithm, OptimizerParameters parameters) {}

    /** Parameters of the optimizer. */
    public record OptimizerParameters(
            double lr,
            double momentum,
            @JsonProperty("weight_decay") double weightDecay) {}

    /** Learning rate over time: {@code PolyLR}, lr·(1 − i/max_iter)^gamma, or {@code ConstantLR}. */
    public record Scheduler(@JsonProperty("lr_policy") String lrPolicy, SchedulerParameters parameters) {}

    /**
     * Parameters of the schedule.
     *
     * @param gamma exponent
     * @param warmup steps over which the rate grows linearly from 0
     */
    public record SchedulerParameters(double gamma, int warmup) {}

    /**
     * The data set.
     *
     * @param datasetName its name, for provenance
     * @param root folder in the plain layout
     * @param task kind, as in addresses
     * @param positiveFrom for edges: label values from here on are edges, 0 is none, those between are ignored
     * @param counted for edges: what counts as one, in words
     * @param axes for normals: the axes in words
     */
    public record Dataset(
            @JsonProperty("dataset_name") String datasetName,
            String root,
            String task,
            @JsonProperty("positive_from") int positiveFrom,
            String counted,
            String axes) {}

    /** Views to train on. */
    public record TrainLoader(
            @JsonProperty("dataset_args") TrainArguments datasetArgs,
            @JsonProperty("dataloader_args") LoaderArguments dataloaderArgs) {}

    /** Split and augmentations. */
    public record TrainArguments(@JsonProperty("image_set") String imageSet, Augmentations augmentations) {}

    /** Random views; the order is always scale, pad, crop, flip, colour. */
    public record Augmentations(
            @JsonProperty("RandomScaling") Scaling scaling,
            @JsonProperty("RandomCrop") Crop crop,
            @JsonProperty("RandomHorizontalFlip") Flip flip,
            @JsonProperty("ColorJitter") Jitter jitter) {}

    /** Scales; step 0 draws from the whole range. */
    public record Scaling(
            @JsonProperty("min_scale_factor") double minScaleFactor,
            @JsonProperty("max_scale_factor") double maxScaleFactor,
            @JsonProperty("step_size") double stepSize) {}

    /** Height and width of a view. */
    public record Crop(List<Integer> size) {}

    /** Chance of a mirror image. */
    public record Flip(double p) {}

    /** Ranges of random colours, 0 for none. */
    public record Jitter(double brightness, double contrast, double saturation) {}

    /** Batches. */
    public record LoaderArguments(
            @JsonProperty("batch_size") int batchSize,
            @JsonProperty("num_workers") int numWorkers) {}

    /** Split to choose by. */
    public record ValLoader(@JsonProperty("dataset_args") ValArguments datasetArgs) {}

    /** Its name. */
    public record ValArguments(@JsonProperty("image_set") String imageSet) {}

    /** When something is written (in steps), and where. */
    public record Logger(
            @JsonProperty("train_log_iter") int trainLogIter,
            @JsonProperty("val_log_iter") int valLogIter,
            @JsonProperty("results_dir") String resultsDir) {}

    /**
     * What the pack says of itself.
     *
     * @param store {@code fp32} or {@code fp16}
     */
    public record Pack(String name, String version, String description, String licence, String store) {}
}

package dev.facet.trainer.loop;

import dev.facet.core.image.InputPolicy;
import dev.facet.trainer.engine.Precision;
import dev.facet.trainer.sample.AugmentationSettings;
import dev.facet.trainer.step.OptimizerSettings;
import dev.facet.trainer.step.Sharing;
import dev.facet.trainer.step.Trainee;
import java.util.List;
import java.util.OptionalInt;

/**
 * What a run does. Two runs with equal settings, and equal images, bank and start, end at the same bits.
 *
 * @param seed seed of views, order and initial values
 * @param steps optimizer steps
 * @param tasks what is trained; at least one
 * @param joint what the tasks have in common
 * @param policy how images are scaled in validation, as the server does
 * @param views random views
 * @param batching the batches that views become, and how many make a step
 * @param schedule learning rate
 * @param optimizer how parameters move
 * @param precision what steps compute in
 * @param averageDecay decay of the average of weights; 0 for none
 * @param selection which weights come out
 * @param intervals when something is written; changes nothing but that, and which weights can be the best ones
 */
public record RunSettings(
        long seed,
        int steps,
        List<TaskSettings> tasks,
        Trainee.Joint joint,
        InputPolicy policy,
        AugmentationSettings views,
        Batching batching,
        Schedule schedule,
        OptimizerSettings optimizer,
        Precision precision,
        double averageDecay,
        Selection selection,
        Intervals intervals) {
    public RunSettings {
        tasks = List.copyOf(tasks);
        if (tasks.isEmpty()) {
            throw new IllegalArgumentException("tasks: count=0, expected at least 1");
        }
    }

    /**
     * Which weights come out of a run.
     *
     * @param byLoss whether the best weights are those of the lowest sum of the weighted validation losses, as in the
     *     reference; otherwise each task's are those of its best score
     * @param last whether those of the last step come out instead of the best
     * @param patience validations without a better score of any task after which the run ends; empty: it makes all steps
     */
    public record Selection(boolean byLoss, boolean last, OptionalInt patience) {}

    /**
     * When something is written, in steps; 0 is never.
     *
     * @param log lines and scalars
     * @param validate scores, each with a checkpoint
     * @param checkpoint checkpoints between these
     * @param pictures pictures for TensorBoard
     * @param histograms parameters and gradients for TensorBoard
     */
    public record Intervals(int log, int validate, int checkpoint, int pictures, int histograms) {}

    /** Whether the best weights are chosen for all tasks at once: by the loss, or because they share an encoder. */
    boolean choosesTogether() {
        return selection.byLoss() || joint.sharing() != Sharing.NOTHING;
    }
}

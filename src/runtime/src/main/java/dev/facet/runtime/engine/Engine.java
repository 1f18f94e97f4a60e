package dev.facet.runtime.engine;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.image.Frame;
import dev.facet.core.image.InputPolicy;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.Plan;
import java.util.List;

/**
 * Runs packs over one bank. Thread-safe.
 *
 * <p>An answer has two steps: the {@link Features} of the image, which all packs with the same {@link Prefix} share, then each
 * pack's own part on them.
 *
 * <p>Isolation: on one machine, with one provider, plan and {@link #frame}, a pack's answer to an image is a function of the bank,
 * the pack and the image, bit for bit, whatever else is prepared, running or closed, and whoever else uses its features.
 */
public interface Engine extends AutoCloseable {
    /** The bank that this engine holds. */
    FilterBank bank();

    /** Where it runs, and what its sessions hold in memory now. */
    EngineReport report();

    /**
     * How an image lies in the input of a pack: as the pack's policy says, and padded further where this engine wants few
     * different sizes ({@link EngineOptions#sizeMultiple()}). The one place where frames for runs are made.
     */
    Frame frame(InputPolicy policy, int imageHeight, int imageWidth);

    /**
     * Copies a pack's tensors into native memory and opens a session for its signature if there is none, likewise those of its
     * prefix. The pack itself isn't kept.
     *
     * @throws dev.facet.core.pack.PackException if the pack doesn't fit the bank or may not run under the plan
     */
    PreparedPack prepare(ModulatorPack pack, Plan plan);

    /**
     * The plan that a pack runs under unless another is asked for, by the pack and the processor alone: int8 where the pack offers
     * it, the bank's calibration is the one that it was made on, and the processor computes it exactly; else factored.
     */
    Plan automaticPlan(PackManifest manifest);

    /**
     * Runs the bank's own network as far as a prefix goes.
     *
     * @param input for an empty prefix the features refer to it, and it must outlive them
     * @param cancellation ends the run early
     * @return the caller's, to be closed
     * @throws dev.facet.core.cancellation.CancelledException if it was cancelled
     * @throws dev.facet.core.cancellation.DeadlineExceededException if its deadline passed
     */
    Features features(Prefix prefix, NetworkInput input, Cancellation cancellation);

    /**
     * The same from where a shallower prefix ended, with the same bits.
     *
     * @param shallower stay the caller's; may be closed before the result
     * @throws IllegalArgumentException if {@link Prefix#canExtend} says no
     */
    Features extend(Features shallower, Prefix prefix, Cancellation cancellation);

    /**
     * Takes the features of several images apart, bit for bit.
     *
     * @param batch stays the caller's
     * @param images how many of them are wanted, from the first on
     * @return one for each, the caller's
     */
    List<Features> split(Features batch, int images);

    /** Closes all sessions. Prepared packs must have been closed before. */
    @Override
    void close();
}

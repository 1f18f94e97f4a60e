package dev.facet.runtime.engine;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.task.NetworkOutput;
import java.util.List;

/** What can answer images: a prepared pack, or a lease on one. */
public interface AnsweringPack {
    PackManifest manifest();

    /** What has to run before it. */
    Prefix prefix();

    /**
     * Runs the pack's own part of the network.
     *
     * @param features of {@link #prefix()}
     * @param cancellation ends the run early
     * @return the stride-4 map of the decoder, for each image
     * @throws dev.facet.core.cancellation.CancelledException if it was cancelled
     * @throws dev.facet.core.cancellation.DeadlineExceededException if its deadline passed
     */
    List<NetworkOutput> run(Features features, Cancellation cancellation);
}

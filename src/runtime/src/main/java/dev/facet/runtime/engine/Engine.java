package dev.facet.runtime.engine;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.Plan;

/**
 * Runs packs over one bank. Thread-safe.
 *
 * <p>Isolation: on one machine, with one provider and plan, a pack's answer to an image is a function of the bank, the
 * pack and the image, bit for bit, whatever else is prepared, running or closed.
 */
public interface Engine extends AutoCloseable {
    /** The bank that this engine holds. */
    FilterBank bank();

    /** Where it runs, and what its sessions hold in memory now. */
    EngineReport report();

    /**
     * Copies a pack's tensors into native memory and opens a session for its signature if there is none. The pack itself
     * isn't kept.
     *
     * @throws dev.facet.core.pack.PackException if the pack doesn't fit the bank or may not run under the plan
     */
    PreparedPack prepare(ModulatorPack pack, Plan plan);

    /** Closes all sessions. Prepared packs must have been closed before. */
    @Override
    void close();
}

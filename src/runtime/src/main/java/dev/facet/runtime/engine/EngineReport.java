package dev.facet.runtime.engine;

import java.util.List;

/**
 * Where an engine runs and what it holds.
 *
 * @param device {@code cpu} or {@code cuda:n}
 * @param reason why that device was taken
 * @param sessions one entry per open session
 */
public record EngineReport(String device, String reason, List<Session> sessions) {
    /**
     * One session.
     *
     * @param signature what it was built for, in words
     * @param bankBytes bytes of the bank that it holds
     * @param packs packs that share it now
     */
    public record Session(String signature, long bankBytes, int packs) {}

    public EngineReport {
        sessions = List.copyOf(sessions);
    }
}

package dev.facet.exchange.publish;

import java.util.Optional;

/**
 * What a server would do with a pack.
 *
 * @param address where the pack would be
 * @param digest SHA-256 of its bytes, lower-case hex
 * @param created whether it would be new there; otherwise the server has the same bytes already
 * @param activated whether it would become the version that answers for its name
 * @param answering version that answers now; empty for none
 * @param endsTraffic whether requests that are divided between versions now would no longer be
 * @param plan how it would run
 * @param memoryBytes native bytes that it would hold
 */
public record PublishRehearsal(
        String address,
        String digest,
        boolean created,
        boolean activated,
        Optional<String> answering,
        boolean endsTraffic,
        String plan,
        long memoryBytes) {
    private static final double MIB = 1 << 20;

    /** What would happen, in one line for people. */
    public String summary() {
        String before =
                answering.map(version -> " instead of version " + version).orElse("");
        return "%s: %s, digest=%s, plan=%s, memory=%.1f MiB; %s%s"
                .formatted(
                        created ? "would be published" : "the server has it already",
                        address,
                        digest,
                        plan,
                        memoryBytes / MIB,
                        activated ? "it would answer for its name" + before : "the version that answers would stay",
                        endsTraffic ? "; the division of requests between versions would end" : "");
    }
}

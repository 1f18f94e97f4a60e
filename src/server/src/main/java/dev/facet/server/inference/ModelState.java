package dev.facet.server.inference;

/**
 * One version of a model in the index of the repository.
 *
 * @param name of the model
 * @param version of the pack; empty where its file doesn't say
 * @param ready whether it answers; a pack that isn't in memory does, its first request opens it
 * @param reason why it doesn't; empty where it does
 */
public record ModelState(String name, String version, boolean ready, String reason) {
    /** The protocol's word. */
    public String state() {
        return ready ? "READY" : "UNAVAILABLE";
    }
}

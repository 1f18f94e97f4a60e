package dev.facet.exchange.publish;

/**
 * What a server did with a pack.
 *
 * @param address where the pack is now
 * @param digest SHA-256 of its bytes, lower-case hex
 * @param created whether it is new there; otherwise the server had the same bytes already
 * @param active whether it is the version that answers for its name
 * @param answer the server's answer, JSON
 */
public record Publication(String address, String digest, boolean created, boolean active, String answer) {
    /** What happened, in one line for people. */
    public String summary() {
        return "%s: %s, digest=%s%s"
                .formatted(
                        created ? "published" : "the server has it already",
                        address,
                        digest,
                        active ? "" : "; another version answers for its name");
    }
}

package dev.facet.runtime.registry;

import java.util.Optional;

/**
 * What plugging would do.
 *
 * @param pack as it would be
 * @param created whether it would be new; otherwise the bytes are there already
 * @param memoryBytes native bytes that it alone holds while it is open
 * @param active version that answers for the name now; empty for none
 * @param endsDivision whether the requests to the name, which are divided now, would no longer be
 */
public record Rehearsal(
        PackView pack, boolean created, long memoryBytes, Optional<String> active, boolean endsDivision) {}

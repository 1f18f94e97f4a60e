package dev.facet.runtime.registry;

import dev.facet.core.pack.Plan;
import java.util.Optional;

/**
 * How a pack is plugged.
 *
 * @param activation whether it becomes the version that answers for its name
 * @param plan how it is executed
 * @param createOnly refuse if the version exists, also with the same bytes ({@code If-None-Match: *})
 * @param expectedDigest SHA-256 in lower-case hex that the caller announced; empty where it announced none
 * @param signature over the file; stored beside it
 */
public record PlugOptions(
        Activation activation,
        PlanChoice plan,
        boolean createOnly,
        Optional<String> expectedDigest,
        Optional<DetachedSignature> signature) {
    public static final PlugOptions DEFAULT =
            new PlugOptions(Activation.IF_NEW, PlanChoice.NONE, false, Optional.empty(), Optional.empty());

    /** With a plan that was chosen. */
    public PlugOptions(
            Activation activation,
            Plan plan,
            boolean createOnly,
            Optional<String> expectedDigest,
            Optional<DetachedSignature> signature) {
        this(activation, PlanChoice.of(plan), createOnly, expectedDigest, signature);
    }
}

package dev.facet.trainer.config;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The optimizer.
 *
 * @param algorithm {@code SGD}
 */
public record Optimizer(String algorithm, Parameters parameters) {
    /** Its parameters. */
    public record Parameters(
            double lr,
            double momentum,
            @JsonProperty("weight_decay") double weightDecay) {}
}

package dev.facet.trainer.config;

import java.util.List;

/**
 * A configuration that was read.
 *
 * @param remarks what a user should know of how it was read, a sentence each; often nothing
 */
public record Reading(TrainingConfiguration configuration, List<String> remarks) {
    public Reading {
        remarks = List.copyOf(remarks);
    }
}

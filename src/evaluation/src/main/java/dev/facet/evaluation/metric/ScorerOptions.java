package dev.facet.evaluation.metric;

import dev.facet.evaluation.boundary.BoundaryOptions;

/**
 * What may be chosen about scores.
 *
 * @param parity whether depth is scored exactly as the reference does it, unknown pixels included
 * @param boundaries how edges are matched
 */
public record ScorerOptions(boolean parity, BoundaryOptions boundaries) {}

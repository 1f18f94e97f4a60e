/**
 * Measures training: {@code facet bench train}. Read {@link dev.facet.trainer.bench.BenchTrainCommand} first. Depends on the packages
 * that a step is made of.
 */
package dev.facet.trainer.bench;

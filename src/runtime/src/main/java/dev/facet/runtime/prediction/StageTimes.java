package dev.facet.runtime.prediction;

/**
 * How long the stages of one answer took, in nanoseconds. Stages that the packs of a request share count for each of them.
 *
 * @param decode from the image's file to pixels
 * @param input from pixels to the network's input
 * @param queue waiting for a place, and for the engine
 * @param compute the engine's run
 * @param encode from the network's map to the answer's bytes
 */
public record StageTimes(long decode, long input, long queue, long compute, long encode) {}

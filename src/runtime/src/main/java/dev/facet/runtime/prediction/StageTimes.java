package dev.facet.runtime.prediction;

/**
 * How long the stages of one answer took, in nanoseconds. Decoding counts for every pack of a request; the others' shares are
 * a pack's own.
 *
 * @param decode from the image's file to pixels; 0 where features of the image were there
 * @param input from pixels to the network's input
 * @param queue waiting for a place, and for the engine
 * @param prefix getting at the features: the run of the bank's part, or waiting for another's
 * @param compute the run of the pack's part
 * @param encode from the network's map to the answer's bytes
 */
public record StageTimes(long decode, long input, long queue, long prefix, long compute, long encode) {}

package dev.facet.runtime.prediction;

import dev.facet.core.task.NetworkOutput;

/**
 * What a pack's network gave for an image, and how long that took, in nanoseconds.
 *
 * @param output the stride-4 map
 * @param features where the pack's features came from
 * @param input making the network's input, decoding not counted; 0 where it was there
 * @param queue waiting for the engine
 * @param prefix getting at the features: the run, or waiting for another's
 * @param compute the pack's own part
 */
public record PackAnswer(
        NetworkOutput output, FeatureSource features, long input, long queue, long prefix, long compute) {}

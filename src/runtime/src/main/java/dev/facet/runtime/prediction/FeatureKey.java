package dev.facet.runtime.prediction;

import dev.facet.core.image.Frame;
import dev.facet.runtime.engine.Prefix;

/**
 * What features are a function of. The network's input isn't in it, but what it is made of: an image's file, decoded the same way
 * by the whole process, and how the image lies in the input.
 *
 * @param imageDigest SHA-256 of the image's file, lower-case hex
 * @param frame sizes of image and input
 * @param prefix what ran on the input
 */
record FeatureKey(String imageDigest, Frame frame, Prefix prefix) {}

package dev.facet.runtime.prediction;

import dev.facet.runtime.engine.Engine;

/**
 * What questions are answered with; all of it is the process's.
 *
 * @param batches by which prefixes are run, and whose turns are taken for each run
 * @param features of images that requests share
 * @param limits of what may be asked for
 * @param packs by which those of a request answer side by side
 */
record AnswerTools(
        Engine engine,
        FeatureBatches batches,
        InputBuffers buffers,
        FeatureCache features,
        PredictionLimits limits,
        SideBySide packs) {}

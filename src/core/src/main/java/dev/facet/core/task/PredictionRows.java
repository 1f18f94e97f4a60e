package dev.facet.core.task;

/**
 * The rows of an answer at the image's own size, made from the network's map when they are asked for: a large answer never has
 * to be whole in memory. Thread-safe.
 */
@FunctionalInterface
public interface PredictionRows {
    /**
     * Makes a band of the answer.
     *
     * @param first its first row
     * @param count its rows; {@code first + count} is at most the image's height
     * @return a prediction of {@code count} rows and the image's width, with arrays of its own
     */
    Prediction band(int first, int count);
}

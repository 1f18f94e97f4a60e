package dev.facet.server.inference;

import dev.facet.server.problem.ProblemException;
import java.nio.FloatBuffer;

/** The elements of an input, as they came: nothing is copied before it is known to be wanted. */
public interface TensorData {
    /**
     * How many FP32 values there are.
     *
     * @throws ProblemException 400 where the elements are no such values
     */
    long floats();

    /**
     * Copies FP32 values.
     *
     * @param first index of the first
     * @param target filled from index 0 to its limit
     */
    void copyFloats(long first, FloatBuffer target);

    /**
     * The only element of BYTES; called once, on a thread that may block.
     *
     * @throws ProblemException 400 where there is another number of them
     */
    byte[] onlyElement();

    /** Nothing of it is needed any more; may be called more than once. */
    void close();
}

package dev.facet.cli.reliability;

import java.io.IOException;
import java.util.SplittableRandom;

/** One kind of damaged input. Called by several workers at once, each with its own number. */
interface Mutation {
    /** One word or two, for the report. */
    String name();

    /** How many of a whole campaign's inputs are of this kind. */
    int share();

    /**
     * Makes one damaged input, gives it to whom it is meant for, and counts what came.
     *
     * @param random decides everything about it
     * @param item its name, for what is broken
     * @param worker 0 … 3
     * @throws IOException if there was no answer
     */
    void one(SplittableRandom random, String item, int worker) throws IOException, InterruptedException;
}

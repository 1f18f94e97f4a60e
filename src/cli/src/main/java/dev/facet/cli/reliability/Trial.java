package dev.facet.cli.reliability;

import java.io.IOException;
import java.time.Duration;

/** One kind of trouble that a server is put to, on servers that the trial starts itself. */
interface Trial {
    /** One word, as {@code --only} names it. */
    String name();

    /** What is done and what is expected, in a few sentences for the page. */
    String description();

    /** How long it takes as a whole on two cores that do nothing else; three times that and ten minutes ends it. */
    Duration expected();

    /**
     * Does it.
     *
     * @param report what comes out; anything that must not be goes to {@link TrialReport#broken}
     * @throws IOException if it can't be carried out
     */
    void run(Surroundings surroundings, TrialReport report) throws IOException, InterruptedException;
}

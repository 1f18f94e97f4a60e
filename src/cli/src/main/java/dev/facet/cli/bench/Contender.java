package dev.facet.cli.bench;

import java.io.IOException;

/** Something that answers an image, and whose CPU time can be told apart from that of who asks. */
interface Contender {
    /** As the table calls it. */
    String name();

    /** One request, from any thread; returns when it is answered. */
    void ask() throws IOException, InterruptedException;

    /** CPU time of all its requests so far, in ms. */
    double cpuMillis() throws IOException;
}

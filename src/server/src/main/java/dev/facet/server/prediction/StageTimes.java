package dev.facet.server.prediction;

import dev.facet.runtime.inference.Answer;
import dev.facet.server.metrics.PredictionMeters;
import dev.facet.server.metrics.PredictionMeters.Stage;
import java.util.Locale;

/** How long the stages of one answer took, in nanoseconds. */
record StageTimes(long decode, long input, long queue, long compute, long encode) {
    StageTimes(long decode, Answer answer, long encode) {
        this(decode, answer.inputNanos(), answer.queueNanos(), answer.computeNanos(), encode);
    }

    void record(PredictionMeters meters) {
        meters.time(Stage.INPUT, input);
        meters.time(Stage.QUEUE, queue);
        meters.time(Stage.COMPUTE, compute);
        meters.time(Stage.ENCODE, encode);
    }

    /** The value of a {@code Server-Timing} header, milliseconds. */
    String serverTiming() {
        return String.join(
                ", ",
                metric("decode", decode),
                metric("input", input),
                metric("queue", queue),
                metric("compute", compute),
                metric("encode", encode));
    }

    private static String metric(String name, long nanos) {
        return String.format(Locale.ROOT, "%s;dur=%.3f", name, nanos / 1e6);
    }
}

package dev.facet.runtime.inference;

import dev.facet.core.image.Frame;
import dev.facet.core.task.NetworkOutput;
import dev.facet.runtime.engine.AnsweringPack;
import dev.facet.runtime.schedule.Request;
import dev.facet.runtime.schedule.Scheduler;
import java.nio.FloatBuffer;
import java.util.function.LongFunction;

/** Answers images: input by the pack's policy, a turn from the scheduler, the engine's run. Thread-safe. */
public final class Predictor {
    private final Scheduler scheduler;

    public Predictor(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /**
     * Answers one image.
     *
     * @param request makes the request of the number of pixels of network input
     */
    public Answer predict(AnsweringPack pack, NetworkInput image, LongFunction<Request> request) {
        long begin = System.nanoTime();
        Frame frame = image.frame(pack.manifest().input());
        FloatBuffer input = image.input(frame);
        long prepared = System.nanoTime();
        long pixels = (long) frame.paddedHeight() * frame.paddedWidth();
        Scheduler.Outcome<NetworkOutput> outcome =
                scheduler.run(request.apply(pixels), () -> pack.run(input, frame.paddedHeight(), frame.paddedWidth()));
        return new Answer(
                pack.manifest().task(),
                outcome.value(),
                frame,
                prepared - begin,
                outcome.queueNanos(),
                outcome.runNanos());
    }
}

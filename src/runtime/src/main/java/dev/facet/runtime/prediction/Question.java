package dev.facet.runtime.prediction;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.runtime.schedule.Client;
import java.util.List;

/** What is asked of packs: the part of a request's way that differs between an image and a tensor. Used once. */
interface Question extends AutoCloseable {
    /** That are to answer, in that order. */
    List<PackSelector> packs();

    /** Who asks. */
    Client client();

    /** Place in the queue. */
    int priority();

    /** How long the answer is wanted. */
    Cancellation cancellation();

    /** Accompanies it. */
    RequestListener listener();

    /** Looks at what was sent and reckons what answering it takes; nothing large is allocated before. */
    RequestCost look(LeasedPacks packs);

    /**
     * Answers, after {@link #look}.
     *
     * @param queueNanos that it waited until now
     * @return one for each pack, in their order
     */
    List<PredictionResponse> answer(LeasedPacks packs, long queueNanos);

    /** What was sent isn't needed any more; may be called more than once. */
    @Override
    void close();
}

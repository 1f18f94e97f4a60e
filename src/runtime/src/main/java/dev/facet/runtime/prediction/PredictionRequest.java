package dev.facet.runtime.prediction;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.encoding.AnswerForm;
import dev.facet.core.image.Resolution;
import dev.facet.runtime.schedule.Client;
import java.util.List;

/**
 * What a transport received: an image, and which packs are to answer it.
 *
 * @param image its file; closed by the service, whatever happens
 * @param packs at least one, answered in that order
 * @param form how each answer is encoded
 * @param resolution how large an answer is, and whether the image goes through the network whole or in tiles
 * @param client who asks
 * @param priority 1 is the highest; 0, the default, waits behind all others
 * @param cancellation the deadline; cancelled when the client leaves
 * @param listener accompanies it
 */
public record PredictionRequest(
        EncodedImage image,
        List<PackSelector> packs,
        AnswerForm form,
        Resolution resolution,
        Client client,
        int priority,
        Cancellation cancellation,
        RequestListener listener) {
    public PredictionRequest {
        packs = List.copyOf(packs);
        if (packs.isEmpty()) {
            throw new IllegalArgumentException("prediction request: packs=[], expected at least one");
        }
    }

    /** A request that nobody accompanies. */
    public PredictionRequest(
            EncodedImage image,
            List<PackSelector> packs,
            AnswerForm form,
            Resolution resolution,
            Client client,
            int priority,
            Cancellation cancellation) {
        this(image, packs, form, resolution, client, priority, cancellation, RequestListener.NONE);
    }
}

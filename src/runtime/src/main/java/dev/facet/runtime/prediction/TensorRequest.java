package dev.facet.runtime.prediction;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.runtime.schedule.Client;

/**
 * What a transport received: a tensor for one pack, which answers what the reference's forward gives, at the tensor's size. No input
 * policy is applied.
 *
 * @param tensor its values; closed by the service, whatever happens
 * @param pack that is to answer
 * @param client who asks
 * @param priority 1 is the highest; 0, the default, waits behind all others
 * @param cancellation the deadline; cancelled when the client leaves
 * @param listener accompanies it
 */
public record TensorRequest(
        ReceivedTensor tensor,
        PackSelector pack,
        Client client,
        int priority,
        Cancellation cancellation,
        RequestListener listener) {}

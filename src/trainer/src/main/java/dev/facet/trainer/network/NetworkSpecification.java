package dev.facet.trainer.network;

import dev.facet.core.network.Architecture;
import dev.facet.core.network.Decoder;
import dev.facet.core.network.Stage;

/**
 * The shape of a task's network.
 *
 * @param architecture encoder
 * @param outputStride 8 or 16
 * @param modulatedFrom first stage that is trained
 * @param fusion whether modulators are trained as gain times unit row: normalized feature fusion
 * @param decoder head
 * @param outputs channels of the prediction
 */
public record NetworkSpecification(
        Architecture architecture,
        int outputStride,
        Stage modulatedFrom,
        boolean fusion,
        Decoder decoder,
        int outputs) {
    /** Whether a stage lies before what is trained. */
    public boolean isPrefix(Stage stage) {
        return stage.compareTo(modulatedFrom) < 0;
    }
}

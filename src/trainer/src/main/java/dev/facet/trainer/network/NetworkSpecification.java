package dev.facet.trainer.network;

import dev.facet.core.network.Architecture;
import dev.facet.core.network.Decoder;
import dev.facet.core.network.Modulation;
import dev.facet.core.network.Stage;

/**
 * The shape of a task's network.
 *
 * @param architecture encoder
 * @param outputStride 8, 16 or 32
 * @param adaptation how the encoder leaves the bank
 * @param decoder head
 * @param outputs channels of the prediction
 */
public record NetworkSpecification(
        Architecture architecture, int outputStride, Adaptation adaptation, Decoder decoder, int outputs) {
    public NetworkSpecification {
        if (!Architecture.OUTPUT_STRIDES.contains(outputStride)) {
            throw new IllegalArgumentException("output stride: value=%d, expected=8|16|32".formatted(outputStride));
        }
        if (outputs < 1) {
            throw new IllegalArgumentException("outputs: value=%d, expected at least 1".formatted(outputs));
        }
    }

    public Modulation modulation() {
        return adaptation.modulation();
    }

    public Stage modulatedFrom() {
        return adaptation.modulatedFrom();
    }

    public boolean fusion() {
        return adaptation.fusion();
    }

    /** Whether a stage lies before what is adapted. */
    public boolean isPrefix(Stage stage) {
        return stage.compareTo(modulatedFrom()) < 0;
    }

    /** Whether anything of the network is the bank's: then a pack belongs to that bank. */
    public boolean needsBank() {
        return modulation() != Modulation.NONE || modulatedFrom() != Stage.CONV1;
    }
}

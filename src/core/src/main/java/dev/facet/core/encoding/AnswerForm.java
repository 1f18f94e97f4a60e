package dev.facet.core.encoding;

import dev.facet.core.encoding.EncodingOptions.Render;

/**
 * The form that an answer is wanted in.
 *
 * @param representation what the bytes are
 * @param options how a prediction is drawn and counted
 * @param logits the network's outputs at the image's size instead of the prediction, fp32 [channels, height, width]; NPY or RAW
 */
public record AnswerForm(Representation representation, EncodingOptions options, boolean logits) {
    public AnswerForm {
        if (logits && representation != Representation.NPY && representation != Representation.RAW) {
            throw new IllegalArgumentException(
                    "logits are arrays: format=%s, expected npy|bin".formatted(representation.suffix()));
        }
        if (logits && options.hasUnknown()) {
            throw new IllegalArgumentException(
                    "logits have no unknown pixels: unknown=%s, expected 0".formatted(options.unknown()));
        }
    }

    /** A prediction in that representation, plain. */
    public static AnswerForm of(Representation representation) {
        return new AnswerForm(representation, EncodingOptions.DEFAULT, false);
    }

    /** Whether the answer is a picture of colours, and not of values. */
    boolean isRendered() {
        return !logits
                && (representation == Representation.JPEG
                        || (representation == Representation.PNG && options.render() != Render.PLAIN));
    }

    /** Whether the colours lie on the image: a JPEG is for people, and without a rendering it is the overlay. */
    boolean isOverlay() {
        return isRendered() && (options.render() == Render.OVERLAY || options.render() == Render.PLAIN);
    }
}

package dev.facet.trainer.loop;

import java.util.List;

/** The loss became NaN or infinite; the message names the photos of the step. */
public final class NonFiniteLossException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NonFiniteLossException(float value, List<String> ids) {
        super(
                "loss is not finite: value=%s, expected a number [photos=%s]: check these labels, or lower the learning rate"
                        .formatted(value, ids));
    }
}

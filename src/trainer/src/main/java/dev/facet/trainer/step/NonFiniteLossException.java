package dev.facet.trainer.step;

import java.util.List;

/** The loss became NaN or infinite; the message names the task and the images of the step. Nothing was stepped. */
public final class NonFiniteLossException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NonFiniteLossException(String task, double value, List<String> ids) {
        super(("loss is not finite: value=%s, expected a number [task=%s, images=%s]: check these labels, or lower the"
                        + " learning rate")
                .formatted(value, task, ids));
    }
}

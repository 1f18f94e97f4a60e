package dev.facet.server.inference;

import dev.facet.server.problem.ProblemCode;
import dev.facet.server.problem.ProblemException;

/** What is wrong with the tensors of a request. */
public final class InvalidTensor {
    private InvalidTensor() {}

    /** 400, with what is wrong and what was expected. */
    public static ProblemException because(String detail) {
        return new ProblemException(400, ProblemCode.INVALID_TENSOR, detail);
    }
}

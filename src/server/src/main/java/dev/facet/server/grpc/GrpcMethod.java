package dev.facet.server.grpc;

import dev.facet.server.response.Body;
import java.util.concurrent.CompletionStage;

/** What a call does. */
public sealed interface GrpcMethod {
    /** One message in, one out, at once: on the event loop. */
    non-sealed interface Unary extends GrpcMethod {
        /**
         * Answers.
         *
         * @param call gives its message, whose memory goes at the end of the call
         * @return the answer's message, without frame; or the failure
         */
        CompletionStage<Body> answer(GrpcCall call);
    }

    /** One message in, one out, on a thread that may block. */
    non-sealed interface Blocking extends GrpcMethod {
        /** Answers. */
        Body answer(GrpcCall call) throws Exception;
    }

    /** Many messages in, one out for each, in their order. */
    non-sealed interface Streaming extends GrpcMethod {
        /**
         * Answers one message; a failure becomes a message, too.
         *
         * @return never fails
         */
        CompletionStage<Body> answer(GrpcCall call);
    }

    /** One message in, many out, until the client leaves or the server stops. */
    non-sealed interface Watching extends GrpcMethod {
        /** Looks what there is to say now; it is sent where it differs from what was said before. */
        byte[] look(GrpcCall call);
    }
}

package dev.facet.server.grpc;

import dev.facet.server.http.ReceivedBody;
import dev.facet.server.image.ImageBody;
import dev.facet.server.problem.ProblemCode;
import dev.facet.server.problem.ProblemException;
import java.nio.ByteBuffer;

/**
 * A message's frame: a byte that says whether it is compressed, its length in four bytes, big-endian, and its bytes.
 *
 * @param compressed whether its bytes have the coding of {@code grpc-encoding}
 * @param length of its bytes
 */
public record GrpcMessage(boolean compressed, long length) {
    /** Bytes before a message. */
    public static final int PREFIX = 5;

    /**
     * Reads {@link #PREFIX} bytes.
     *
     * @throws ProblemException 400 for bytes that begin no message
     */
    public static GrpcMessage of(ByteBuffer prefix) {
        int flag = prefix.get();
        if (flag != 0 && flag != 1) {
            throw GrpcCall.invalid();
        }
        return new GrpcMessage(flag == 1, Integer.toUnsignedLong(prefix.getInt()));
    }

    /**
     * The only message of a body, prefix included.
     *
     * @throws ProblemException 400 for a body that holds anything else
     */
    static GrpcMessage only(ReceivedBody body) {
        if (body.length() < PREFIX) {
            throw GrpcCall.invalid();
        }
        ByteBuffer prefix = ByteBuffer.allocate(PREFIX);
        body.copyTo(0, prefix);
        GrpcMessage message = of(prefix.flip());
        if (message.length != body.length() - PREFIX) {
            throw GrpcCall.invalid();
        }
        return message;
    }

    /** The prefix of a message of that length that isn't compressed. */
    static byte[] prefix(long length) {
        return ByteBuffer.allocate(PREFIX)
                .put((byte) 0)
                .putInt(Math.toIntExact(length))
                .array();
    }

    /**
     * Takes the coding from the message's bytes; on a thread that may block.
     *
     * @param body holds the message's bytes alone
     * @param coding the header {@code grpc-encoding}, null where there is none
     * @param limit of the bytes without coding
     */
    void decode(ReceivedBody body, String coding, long limit) {
        if (!"gzip".equals(coding) && !"deflate".equals(coding)) {
            throw new ProblemException(
                    501, ProblemCode.UNSUPPORTED_ENCODING, "grpc-encoding: expected gzip, deflate or identity");
        }
        ImageBody.decode(coding, body, limit);
    }
}

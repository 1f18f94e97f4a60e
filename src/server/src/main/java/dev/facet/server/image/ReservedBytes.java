package dev.facet.server.image;

import dev.facet.server.http.ReceivedBody;
import dev.facet.server.problem.Problem;
import dev.facet.server.problem.ProblemCode;
import dev.facet.server.problem.ProblemException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Bytes that are made of a body: memory is reserved with the body before it is taken, and there is a bound. Not thread-safe.
 */
public final class ReservedBytes extends OutputStream {
    private static final int SMALLEST_BLOCK = 8 << 10;
    private static final int LARGEST_BLOCK = 1 << 20;

    private final ReceivedBody body;
    private final long limit;
    private final List<byte[]> full = new ArrayList<>();
    private byte[] block = new byte[0];
    private int inBlock;
    private long length;

    /**
     * @param body whose memory is taken
     * @param limit of the bytes
     */
    public ReservedBytes(ReceivedBody body, long limit) {
        this.body = body;
        this.limit = limit;
    }

    @Override
    public void write(int value) {
        write(new byte[] {(byte) value}, 0, 1);
    }

    /** @throws ProblemException 413 above the limit, 429 where there is no memory */
    @Override
    public void write(byte[] bytes, int offset, int count) {
        if (length + count > limit) {
            throw new ProblemException(new Problem(
                            413,
                            ProblemCode.BODY_TOO_LARGE,
                            "body too large: more than %d bytes once it is decoded".formatted(limit))
                    .with("limit", limit));
        }
        length += count;
        int at = offset;
        int left = count;
        while (left > 0) {
            if (inBlock == block.length) {
                nextBlock();
            }
            int part = Math.min(left, block.length - inBlock);
            System.arraycopy(bytes, at, block, inBlock, part);
            inBlock += part;
            at += part;
            left -= part;
        }
    }

    private void nextBlock() {
        int size = Math.max(SMALLEST_BLOCK, Math.min(2 * block.length, LARGEST_BLOCK));
        body.reserve(size);
        if (inBlock > 0) {
            full.add(block);
        }
        block = new byte[size];
        inBlock = 0;
    }

    /** All bytes, once: what was written is let go. */
    public byte[] toArray() {
        body.reserve(length);
        byte[] all = new byte[Math.toIntExact(length)];
        int at = 0;
        long held = block.length;
        for (byte[] piece : full) {
            System.arraycopy(piece, 0, all, at, piece.length);
            at += piece.length;
            held += piece.length;
        }
        System.arraycopy(block, 0, all, at, inBlock);
        full.clear();
        block = new byte[0];
        inBlock = 0;
        body.release(held);
        return all;
    }
}

package dev.facet.server.http;

import dev.facet.runtime.schedule.MemoryBudget;
import dev.facet.server.problem.Problem;
import dev.facet.server.problem.ProblemCode;
import dev.facet.server.problem.ProblemException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/**
 * A body that has arrived, in chunks as they came, and the memory that is held for it and for what is made of it. All of it is
 * given back when the body is closed: at the end of its request. Filled on the event loop, then used by one thread at a time;
 * reserving and closing are thread-safe.
 */
public final class ReceivedBody implements AutoCloseable {
    private static final long RETRY_MILLIS = 1000;
    /** Smaller chunks are put together: each one costs as much again in objects. */
    private static final int SMALL_BYTES = 1 << 10;

    private static final int BLOCK_BYTES = 8 << 10;

    private final MemoryBudget memory;
    private List<Buffer> chunks = new ArrayList<>();
    /** The last chunk, if small ones are put together there. */
    private Buffer block;

    private long length;
    private long reserved;
    private boolean closed;

    /** An empty one, to be filled by {@link #add}. */
    public ReceivedBody(MemoryBudget memory) {
        this.memory = memory;
    }

    /** Bytes of a body that an image of so many bytes may come in, as it is, in Base64 or in a form. */
    public static long limit(long imageBytes) {
        return BodyLimits.ofImage(imageBytes);
    }

    /** A body that is there already. */
    public static ReceivedBody of(byte[] bytes, MemoryBudget memory) {
        ReceivedBody body = new ReceivedBody(memory);
        body.add(Buffer.buffer(bytes));
        return body;
    }

    /**
     * Adds what arrived.
     *
     * @throws ProblemException 429 where there is no memory for it
     */
    public void add(Buffer chunk) {
        reserve(chunk.length());
        length += chunk.length();
        if (chunk.length() >= SMALL_BYTES) {
            block = null;
            chunks.add(chunk);
            return;
        }
        if (block == null || block.length() + chunk.length() > BLOCK_BYTES) {
            // Of its own: what comes may be a part of another buffer, which can't grow.
            block = Buffer.buffer();
            chunks.add(block);
        }
        block.appendBuffer(chunk);
    }

    /** How many bytes arrived. */
    public long length() {
        return length;
    }

    /** The bytes as they came; can be asked for again until {@link #bytes()} is. */
    public InputStream stream() {
        Iterator<Buffer> left = chunks.iterator();
        return new SequenceInputStream(new Enumeration<>() {
            @Override
            public boolean hasMoreElements() {
                return left.hasNext();
            }

            @Override
            public InputStream nextElement() {
                return new ByteArrayInputStream(left.next().getBytes());
            }
        });
    }

    /**
     * Copies bytes as they came; can be asked for until {@link #bytes()} is.
     *
     * @param offset of the first of them
     * @param target filled from its position to its limit
     */
    public void copyTo(long offset, ByteBuffer target) {
        forEachChunk(offset, target.remaining(), target::put);
    }

    /**
     * Shows bytes as they came, piece by piece; can be asked for until {@link #bytes()} is.
     *
     * @param offset of the first of them
     * @param count of them
     * @param piece called in order; what it is given is valid until it returns
     */
    public void forEachChunk(long offset, long count, Consumer<ByteBuffer> piece) {
        if (offset < 0 || count < 0 || offset > length - count) {
            throw new IndexOutOfBoundsException(
                    "bytes of a body: offset=%d, count=%d, length=%d".formatted(offset, count, length));
        }
        long before = 0;
        long end = offset + count;
        for (Buffer chunk : chunks) {
            int from = (int) Math.max(0, Math.min(chunk.length(), offset - before));
            int to = (int) Math.max(0, Math.min(chunk.length(), end - before));
            if (from < to) {
                piece.accept(netty(chunk).nioBuffer(from, to - from));
            }
            before += chunk.length();
        }
    }

    /** Lets the first bytes go; what is left begins at 0. */
    public void skip(int count) {
        List<Buffer> left = new ArrayList<>();
        long before = 0;
        for (Buffer chunk : chunks) {
            int from = (int) Math.max(0, Math.min(chunk.length(), count - before));
            if (from < chunk.length()) {
                left.add(chunk.slice(from, chunk.length()));
            }
            before += chunk.length();
        }
        chunks = left;
        length = Math.max(0, length - count);
    }

    /** Without a copy. Vert.x 5 has these two elsewhere, which is what the deprecation says. */
    @SuppressWarnings("deprecation")
    private static ByteBuf netty(Buffer buffer) {
        return buffer.getByteBuf();
    }

    @SuppressWarnings("deprecation")
    private static Buffer vertx(ByteBuf buffer) {
        return Buffer.buffer(buffer);
    }

    /** What the bytes are once they are decoded, in place of those that came; memory for them is reserved with this body. */
    public void replace(byte[] decoded) {
        chunks = List.of(vertx(Unpooled.wrappedBuffer(decoded)));
        release(length);
        length = decoded.length;
    }

    /**
     * All bytes in one array, once: the chunks are let go.
     *
     * @throws ProblemException 429 where there is no memory for them
     */
    public byte[] bytes() {
        reserve(length);
        byte[] bytes = new byte[Math.toIntExact(length)];
        int at = 0;
        for (Buffer chunk : chunks) {
            chunk.getBytes(bytes, at);
            at += chunk.length();
        }
        chunks = List.of();
        release(length);
        return bytes;
    }

    /**
     * Reserves memory for what is made of this body.
     *
     * @throws ProblemException 429 where there is none, 499 where the request has ended
     */
    public synchronized void reserve(long bytes) {
        if (closed) {
            throw new ProblemException(499, ProblemCode.CANCELLED, "the client is gone");
        }
        if (!memory.reserveBody(bytes)) {
            throw new ProblemException(
                    new Problem(429, ProblemCode.QUEUE_FULL, "too many bodies are being held; try again")
                            .with(Problem.RETRY_AFTER_MILLIS, RETRY_MILLIS));
        }
        reserved += bytes;
    }

    /** Gives back memory that was reserved and isn't needed any more. */
    public synchronized void release(long bytes) {
        if (!closed) {
            memory.releaseBody(bytes);
            reserved -= bytes;
        }
    }

    /** Gives back all memory. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            memory.releaseBody(reserved);
        }
    }
}

package dev.facet.server.http;

import dev.facet.runtime.schedule.MemoryBudget;
import dev.facet.server.problem.Problem;
import dev.facet.server.problem.ProblemCode;
import dev.facet.server.problem.ProblemException;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.Iterator;
import java.util.List;

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
    private long length;
    private long reserved;
    private boolean closed;

    ReceivedBody(MemoryBudget memory) {
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

    /** @throws ProblemException 429 where there is no memory for it */
    void add(Buffer chunk) {
        reserve(chunk.length());
        length += chunk.length();
        Buffer last = chunks.isEmpty() ? null : chunks.get(chunks.size() - 1);
        if (chunk.length() < SMALL_BYTES && last != null && last.length() + chunk.length() <= BLOCK_BYTES) {
            last.appendBuffer(chunk);
            return;
        }
        chunks.add(chunk);
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

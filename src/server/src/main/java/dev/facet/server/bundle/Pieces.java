package dev.facet.server.bundle;

import dev.facet.server.response.Body;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** Bodies one after the other. */
public final class Pieces implements Iterator<byte[]> {
    private final Iterator<Body> bodies;
    private Iterator<byte[]> chunks = List.<byte[]>of().iterator();

    private Pieces(List<Body> bodies) {
        this.bodies = bodies.iterator();
    }

    /** One body of several. */
    public static Body together(List<Body> bodies) {
        boolean known = bodies.stream().allMatch(body -> body.length() >= 0);
        long length = known ? bodies.stream().mapToLong(Body::length).sum() : -1;
        return new Body(length, () -> new Pieces(bodies));
    }

    @Override
    public boolean hasNext() {
        while (!chunks.hasNext() && bodies.hasNext()) {
            chunks = bodies.next().chunks().get();
        }
        return chunks.hasNext();
    }

    @Override
    public byte[] next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return chunks.next();
    }
}

package dev.facet.server.inference;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.function.Consumer;

/** Copies little-endian values to a buffer, from pieces that may split a value between them. */
public final class FloatFill implements Consumer<ByteBuffer> {
    private final FloatBuffer target;
    private final ByteBuffer split = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);

    /** @param target filled from index 0; its position isn't used */
    public FloatFill(FloatBuffer target) {
        this.target = target.duplicate().rewind();
    }

    /** @param piece what comes next; its position and order are changed */
    @Override
    public void accept(ByteBuffer piece) {
        piece.order(ByteOrder.LITTLE_ENDIAN);
        while (split.position() > 0 && piece.hasRemaining()) {
            split.put(piece.get());
            if (!split.hasRemaining()) {
                target.put(split.getFloat(0));
                split.clear();
            }
        }
        FloatBuffer whole = piece.asFloatBuffer();
        piece.position(piece.position() + whole.remaining() * Float.BYTES);
        target.put(whole);
        split.put(piece);
    }
}

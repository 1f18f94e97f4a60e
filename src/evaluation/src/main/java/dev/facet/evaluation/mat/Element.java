package dev.facet.evaluation.mat;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/** A tagged piece of a MAT file. */
record Element(int type, ByteBuffer data) {
    static final int ARRAY = 14;
    private static final int COMPRESSED = 15;

    /** Reads the element at the buffer's position and moves behind it and its padding. */
    static Element next(ByteBuffer buffer) {
        int type = buffer.getInt();
        int length = type >>> 16;
        if (length > 4) {
            throw new BufferUnderflowException();
        }
        if (length > 0) {
            Element small = new Element(type & 0xFFFF, slice(buffer, buffer.position(), length));
            buffer.position(buffer.position() + 4);
            return small;
        }
        length = buffer.getInt();
        Element element = new Element(type, slice(buffer, buffer.position(), length));
        int padding = type == COMPRESSED ? 0 : -length & 7;
        buffer.position(Math.min(buffer.limit(), buffer.position() + length + padding));
        return element;
    }

    private static ByteBuffer slice(ByteBuffer buffer, int position, int length) {
        if (length < 0 || length > buffer.limit() - position) {
            throw new BufferUnderflowException();
        }
        return buffer.slice(position, length).order(buffer.order());
    }
}

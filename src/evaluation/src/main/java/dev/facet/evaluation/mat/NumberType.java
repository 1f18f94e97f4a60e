package dev.facet.evaluation.mat;

import java.nio.ByteBuffer;

/** The types of stored numbers: int8 1, uint8 2, int16 3, uint16 4, int32 5, uint32 6, single 7, double 9, int64 12, uint64 13. */
final class NumberType {
    private NumberType() {}

    /** Bytes of a value. */
    static int size(int type) {
        return switch (type) {
            case 1, 2 -> 1;
            case 3, 4 -> 2;
            case 5, 6, 7 -> 4;
            case 9, 12, 13 -> 8;
            default -> throw new MatException("values of unknown type: type=" + type);
        };
    }

    static double read(ByteBuffer data, int at, int type) {
        return switch (type) {
            case 1 -> data.get(at);
            case 2 -> data.get(at) & 0xFF;
            case 3 -> data.getShort(at);
            case 4 -> data.getShort(at) & 0xFFFF;
            case 5 -> data.getInt(at);
            case 6 -> data.getInt(at) & 0xFFFFFFFFL;
            case 7 -> data.getFloat(at);
            case 9 -> data.getDouble(at);
            default -> data.getLong(at);
        };
    }
}

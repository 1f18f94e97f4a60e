package dev.facet.core.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;

/**
 * An immutable dense tensor: type, shape and little-endian row-major values. Thread-safe.
 *
 * <p>The values stay in their storage type; {@link #toFloatArray()} and {@link #copyTo(FloatBuffer)} widen.
 */
public final class Tensor {
    /** Values that are widened or looked at together. */
    private static final int PIECE = 8192;

    private final ElementType type;
    private final Shape shape;
    private final ByteBuffer data;

    private Tensor(ElementType type, Shape shape, ByteBuffer data) {
        this.type = type;
        this.shape = shape;
        this.data = data;
    }

    /**
     * Wraps values that the caller hands over and no longer touches.
     *
     * @param data little-endian values from position to limit
     */
    public static Tensor wrap(ElementType type, Shape shape, ByteBuffer data) {
        long expected = Math.multiplyExact(shape.elements(), type.sizeBytes());
        if (data.remaining() != expected) {
            throw new IllegalArgumentException("data length does not fit: bytes=%d, expected=%d [type=%s, shape=%s]"
                    .formatted(data.remaining(), expected, type, shape));
        }
        return new Tensor(type, shape, data.slice().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN));
    }

    /** An F32 tensor with a copy of these values. */
    public static Tensor of(Shape shape, float... values) {
        ByteBuffer data = ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(values);
        return wrap(ElementType.F32, shape, data);
    }

    /** An F64 tensor with a copy of these values. */
    public static Tensor ofDoubles(Shape shape, double... values) {
        ByteBuffer data = ByteBuffer.allocate(Math.multiplyExact(values.length, Double.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        data.asDoubleBuffer().put(values);
        return wrap(ElementType.F64, shape, data);
    }

    /** A U8 tensor with a copy of these values. */
    public static Tensor ofBytes(Shape shape, byte... values) {
        return wrap(ElementType.U8, shape, ByteBuffer.wrap(values.clone()));
    }

    public ElementType type() {
        return type;
    }

    public Shape shape() {
        return shape;
    }

    /** Bytes of the values as stored. */
    public int sizeBytes() {
        return data.remaining();
    }

    /** A read-only little-endian view of the values as stored, position 0. */
    public ByteBuffer data() {
        return data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The values of a floating or integer tensor as fp32, in a new array. */
    public float[] toFloatArray() {
        float[] values = new float[Math.toIntExact(shape.elements())];
        copyTo(FloatBuffer.wrap(values));
        return values;
    }

    /** The values of a floating or integer tensor as fp64, in a new array; what is wider than fp32 only where it is F64. */
    public double[] toDoubleArray() {
        double[] values = new double[Math.toIntExact(shape.elements())];
        if (type == ElementType.F64) {
            data().asDoubleBuffer().get(values);
            return values;
        }
        float[] narrow = toFloatArray();
        for (int i = 0; i < values.length; i++) {
            values[i] = narrow[i];
        }
        return values;
    }

    /** Writes the values as fp32 to {@code target}, from its position on. */
    public void copyTo(FloatBuffer target) {
        ByteBuffer source = data();
        switch (type) {
            case F32 -> target.put(source.asFloatBuffer());
            case F64 -> {
                while (source.hasRemaining()) {
                    target.put((float) source.getDouble());
                }
            }
            case F16, BF16 -> widen(source.asShortBuffer(), target);
            case I64 -> {
                while (source.hasRemaining()) {
                    target.put(source.getLong());
                }
            }
            case I32 -> {
                while (source.hasRemaining()) {
                    target.put(source.getInt());
                }
            }
            case I16 -> {
                while (source.hasRemaining()) {
                    target.put(source.getShort());
                }
            }
            case I8 -> {
                while (source.hasRemaining()) {
                    target.put(source.get());
                }
            }
            case U8, BOOL -> {
                while (source.hasRemaining()) {
                    target.put(source.get() & 0xFF);
                }
            }
        }
    }

    /** In pieces: a value at a time through buffers takes several times as long, and a pack has millions. */
    private void widen(ShortBuffer source, FloatBuffer target) {
        short[] halves = new short[Math.min(PIECE, source.remaining())];
        float[] floats = new float[halves.length];
        while (source.hasRemaining()) {
            int count = Math.min(halves.length, source.remaining());
            source.get(halves, 0, count);
            if (type == ElementType.F16) {
                for (int i = 0; i < count; i++) {
                    floats[i] = HalfFloat.toFloat(halves[i]);
                }
            } else {
                for (int i = 0; i < count; i++) {
                    floats[i] = HalfFloat.brainToFloat(halves[i]);
                }
            }
            target.put(floats, 0, count);
        }
    }

    /** Whether no value is NaN or infinite after widening to fp32. */
    public boolean isFinite() {
        // The exponent's bits are all set in these values and in no other.
        return switch (type) {
            case F16 -> isFinite(data().asShortBuffer(), HalfFloat.EXPONENT);
            case BF16 -> isFinite(data().asShortBuffer(), HalfFloat.BRAIN_EXPONENT);
            case F32, F64 -> {
                for (float value : toFloatArray()) {
                    if (!Float.isFinite(value)) {
                        yield false;
                    }
                }
                yield true;
            }
            default -> true;
        };
    }

    private static boolean isFinite(ShortBuffer values, int exponent) {
        short[] piece = new short[Math.min(PIECE, values.remaining())];
        while (values.hasRemaining()) {
            int count = Math.min(piece.length, values.remaining());
            values.get(piece, 0, count);
            for (int i = 0; i < count; i++) {
                if ((piece[i] & exponent) == exponent) {
                    return false;
                }
            }
        }
        return true;
    }

    /** This tensor in fp32; itself where it already is. */
    public Tensor toFloat32() {
        return type == ElementType.F32 ? this : of(shape, toFloatArray());
    }

    /** This tensor rounded to fp16, nearest even; itself where it already is. */
    public Tensor toFloat16() {
        if (type == ElementType.F16) {
            return this;
        }
        float[] values = toFloatArray();
        ByteBuffer halves = ByteBuffer.allocate(Math.multiplyExact(values.length, Short.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            halves.putShort(HalfFloat.fromFloat(value));
        }
        return wrap(ElementType.F16, shape, halves.flip());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Tensor tensor
                && type == tensor.type
                && shape.equals(tensor.shape)
                && data.equals(tensor.data);
    }

    @Override
    public int hashCode() {
        return 31 * shape.hashCode() + data.hashCode();
    }

    @Override
    public String toString() {
        return type + " " + shape;
    }
}

package dev.facet.core.encoding;

/** Values as the samples of pictures; samples of 16 bits are big-endian. */
final class Quantization {
    private Quantization() {}

    /** ⌊clip(255·p, 0, 255) + ½⌋, as the method's reference writes probabilities. */
    static byte[] probability8(float[] values) {
        byte[] samples = new byte[values.length];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) (int) (Math.min(Math.max(values[i] * 255f, 0f), 255f) + 0.5f);
        }
        return samples;
    }

    static byte[] probability16(float[] values) {
        byte[] samples = new byte[values.length * 2];
        for (int i = 0; i < values.length; i++) {
            put16(samples, i, (int) (Math.min(Math.max(values[i] * 65535f, 0f), 65535f) + 0.5f));
        }
        return samples;
    }

    /** round((n + 1)·127.5). */
    static int normal8(float component) {
        return (int) (Math.min(Math.max((component + 1) * 127.5f, 0f), 255f) + 0.5f);
    }

    static byte[] normals8(float[] values) {
        byte[] samples = new byte[values.length];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) normal8(values[i]);
        }
        return samples;
    }

    static byte[] normals16(float[] values) {
        byte[] samples = new byte[values.length * 2];
        for (int i = 0; i < values.length; i++) {
            put16(samples, i, (int) (Math.min(Math.max((values[i] + 1) * 32767.5f, 0f), 65535f) + 0.5f));
        }
        return samples;
    }

    /** round(d/scale), 0 where there is no positive distance, at most 65535. */
    static byte[] distance16(float[] values, double scale) {
        byte[] samples = new byte[values.length * 2];
        for (int i = 0; i < values.length; i++) {
            double steps = values[i] / scale;
            put16(samples, i, (int) Math.round(Math.min(steps > 0 ? steps : 0, 65535)));
        }
        return samples;
    }

    /** round(65535·(v − min)/(max − min)); 0 everywhere where all values are the same. */
    static byte[] range16(float[] values, float min, float max) {
        double span = (double) max - min;
        byte[] samples = new byte[values.length * 2];
        for (int i = 0; i < values.length; i++) {
            double share = span > 0 ? ((double) values[i] - min) / span : 0;
            put16(samples, i, (int) Math.round(65535 * share));
        }
        return samples;
    }

    private static void put16(byte[] samples, int index, int sample) {
        samples[2 * index] = (byte) (sample >> 8);
        samples[2 * index + 1] = (byte) sample;
    }
}

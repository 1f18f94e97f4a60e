package dev.facet.core.encoding;

/** Values as the samples of pictures. */
final class Samples {
    private Samples() {}

    /** ⌊clip(255·p, 0, 255) + ½⌋, as the method's reference writes probabilities. */
    static byte[] probability8(float[] values) {
        byte[] samples = new byte[values.length];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) (int) (Math.min(Math.max(values[i] * 255f, 0f), 255f) + 0.5f);
        }
        return samples;
    }

    static short[] probability16(float[] values) {
        short[] samples = new short[values.length];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) (int) (Math.min(Math.max(values[i] * 65535f, 0f), 65535f) + 0.5f);
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

    static short[] normals16(float[] values) {
        short[] samples = new short[values.length];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) (int) (Math.min(Math.max((values[i] + 1) * 32767.5f, 0f), 65535f) + 0.5f);
        }
        return samples;
    }

    /** round(d/scale), 0 where there is no positive distance, at most 65535. */
    static short[] depth16(float[] values, double scale) {
        short[] samples = new short[values.length];
        for (int i = 0; i < samples.length; i++) {
            double steps = values[i] / scale;
            samples[i] = (short) (int) Math.round(Math.min(steps > 0 ? steps : 0, 65535));
        }
        return samples;
    }
}

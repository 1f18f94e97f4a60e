package dev.facet.core.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Colour profiles to test with, and where files carry them. */
final class Profiles {
    /** Columns of sRGB's matrix at D50: what red, green and blue are in XYZ. */
    static final double[][] SRGB = {
        {0.4360747, 0.2225045, 0.0139322}, {0.3850649, 0.7168786, 0.0971045}, {0.1430804, 0.0606169, 0.7141733}
    };

    static final double[][] ADOBE_RGB = {
        {0.6097559, 0.3111242, 0.0194811}, {0.2052401, 0.6256560, 0.0608902}, {0.1492240, 0.0632197, 0.7448387}
    };

    private Profiles() {}

    /** sRGB with red and blue exchanged: whoever ignores it sees other colours. */
    static byte[] swapped() {
        return colors(new double[][] {SRGB[2], SRGB[1], SRGB[0]}, srgbCurve());
    }

    /** A matrix and one curve for all channels. */
    static byte[] colors(double[][] columns, byte[] curve) {
        byte[][] tags = new byte[6][];
        for (int i = 0; i < 3; i++) {
            ByteBuffer xyz = ByteBuffer.allocate(20).put(ascii("XYZ ")).putInt(0);
            for (double value : columns[i]) {
                xyz.putInt((int) Math.round(value * 65536));
            }
            tags[i] = xyz.array();
            tags[i + 3] = curve;
        }
        return profile("RGB ", new String[] {"rXYZ", "gXYZ", "bXYZ", "rTRC", "gTRC", "bTRC"}, tags);
    }

    static byte[] grey(byte[] curve) {
        return profile("GRAY", new String[] {"kTRC"}, curve);
    }

    static byte[] gamma(double gamma) {
        return ByteBuffer.allocate(16)
                .put(ascii("curv"))
                .putInt(0)
                .putInt(1)
                .putShort((short) Math.round(gamma * 256))
                .putShort((short) 0)
                .array();
    }

    static byte[] srgbCurve() {
        ByteBuffer curve = ByteBuffer.allocate(32)
                .put(ascii("para"))
                .putInt(0)
                .putShort((short) 3)
                .putShort((short) 0);
        for (double value : new double[] {2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045}) {
            curve.putInt((int) Math.round(value * 65536));
        }
        return curve.array();
    }

    static byte[] profile(String space, String[] names, byte[]... tags) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        int begin = 132 + 12 * names.length;
        ByteBuffer table = ByteBuffer.allocate(4 + 12 * names.length).putInt(names.length);
        for (int i = 0; i < names.length; i++) {
            table.put(ascii(names[i])).putInt(begin + content.size()).putInt(tags[i].length);
            content.writeBytes(tags[i]);
        }
        return ByteBuffer.allocate(begin + content.size())
                .putInt(begin + content.size())
                .putInt(0)
                .putInt(0x02400000)
                .put(ascii("mntr"))
                .put(ascii(space))
                .put(ascii("XYZ "))
                .position(36)
                .put(ascii("acsp"))
                .position(68)
                .putInt(0xF6D6)
                .putInt(0x10000)
                .putInt(0xD32D)
                .position(128)
                .put(table.array())
                .put(content.toByteArray())
                .array();
    }

    /** Puts a profile into a JPEG, in parts of that size. */
    static byte[] inJpeg(byte[] jpeg, byte[] profile, int partBytes) {
        int count = Math.max(1, (profile.length + partBytes - 1) / partBytes);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(jpeg, 0, 2);
        for (int i = 0; i < count; i++) {
            int from = i * partBytes;
            int length = Math.min(partBytes, profile.length - from);
            file.writeBytes(ByteBuffer.allocate(18 + length)
                    .putShort((short) 0xFFE2)
                    .putShort((short) (16 + length))
                    .put(ascii("ICC_PROFILE\0"))
                    .put((byte) (i + 1))
                    .put((byte) count)
                    .put(profile, from, length)
                    .array());
        }
        file.write(jpeg, 2, jpeg.length - 2);
        return file.toByteArray();
    }

    /** Puts a compressed profile behind a PNG's header. */
    static byte[] inPng(byte[] png, byte[] deflated) {
        byte[] chunk = Pictures.chunk(
                "iCCP",
                ByteBuffer.allocate(3 + deflated.length)
                        .put(ascii("p\0\0"))
                        .put(deflated)
                        .array());
        return ByteBuffer.allocate(png.length + chunk.length)
                .put(png, 0, 33)
                .put(chunk)
                .put(png, 33, png.length - 33)
                .array();
    }

    /** Wraps a simple WebP's picture into an extended one, with a profile before it. */
    static byte[] inWebp(byte[] webp, byte[] profile, int height, int width) {
        ByteBuffer file = ByteBuffer.allocate(webp.length + 18 + 8 + profile.length + (profile.length & 1))
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(ascii("RIFF"))
                .putInt(webp.length - 8 + 18 + 8 + profile.length + (profile.length & 1))
                .put(ascii("WEBPVP8X"))
                .putInt(10)
                .putInt(0x20)
                .putInt(width - 1)
                .position(27)
                .putShort((short) (height - 1))
                .put((byte) 0);
        return file.put(ascii("ICCP"))
                .putInt(profile.length)
                .put(profile)
                .put(new byte[profile.length & 1])
                .put(webp, 12, webp.length - 12)
                .array();
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

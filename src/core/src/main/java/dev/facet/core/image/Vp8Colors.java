package dev.facet.core.image;

import dev.facet.core.cancellation.Cancellation;

/** Brings the planes of a VP8 frame to RGB in the integers of libwebp: chroma is interpolated, ITU-R BT.601 of limited range. */
final class Vp8Colors {
    private Vp8Colors() {}

    /** R G B, interleaved. */
    static byte[] rgb(Vp8Frame frame, int height, int width, Cancellation cancellation) {
        byte[] rgb = new byte[Math.multiplyExact(Math.multiplyExact(height, width), 3)];
        int last = (width + 1) / 2 - 1;
        int lastRow = (height + 1) / 2 - 1;
        int to = 0;
        for (int y = 0; y < height; y++) {
            cancellation.check();
            // The chroma row that covers this one, and the next one to it.
            int near = frame.at(8, y / 2, 0);
            int far = frame.at(8, Math.max(0, Math.min(lastRow, (y & 1) == 0 ? y / 2 - 1 : y / 2 + 1)), 0);
            int luma = frame.at(16, y, 0);
            for (int x = 0; x < width; x++) {
                int here = x / 2;
                int beside = (x & 1) == 0 ? here - 1 : here + 1;
                int u;
                int v;
                if (beside < 0 || beside > last) {
                    u = edge(frame.u, near + here, far + here);
                    v = edge(frame.v, near + here, far + here);
                } else {
                    u = mean(frame.u, near + here, near + beside, far + here, far + beside);
                    v = mean(frame.v, near + here, near + beside, far + here, far + beside);
                }
                put(rgb, to, frame.luma[luma + x] & 0xFF, u, v);
                to += 3;
            }
        }
        return rgb;
    }

    private static int edge(byte[] plane, int near, int far) {
        return 3 * (plane[near] & 0xFF) + (plane[far] & 0xFF) + 2 >> 2;
    }

    /** 9, 3, 3 and 1 sixteenths, rounded as libwebp does: in two steps. */
    private static int mean(byte[] plane, int near, int beside, int far, int across) {
        int a = plane[near] & 0xFF;
        int b = plane[beside] & 0xFF;
        int c = plane[far] & 0xFF;
        int d = plane[across] & 0xFF;
        return (a + 3 * b + 3 * c + d + 8 >> 3) + a >> 1;
    }

    private static void put(byte[] rgb, int to, int y, int u, int v) {
        int light = y * 19077 >> 8;
        rgb[to] = clamped(light + (v * 26149 >> 8) - 14234);
        rgb[to + 1] = clamped(light - (u * 6419 >> 8) - (v * 13320 >> 8) + 8708);
        rgb[to + 2] = clamped(light + (u * 33050 >> 8) - 17685);
    }

    private static byte clamped(int value) {
        return (byte) Math.max(0, Math.min(255, value >> 6));
    }
}

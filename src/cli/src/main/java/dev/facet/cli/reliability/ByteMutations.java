package dev.facet.cli.reliability;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Damage to a file: flipped bytes, cut ends, spliced pieces, and numbers that claim too much. Thread-safe. */
final class ByteMutations {
    private static final long[] HOSTILE = {
        0,
        1,
        0x7F,
        0x80,
        0xFF,
        0x7FFF,
        0x8000,
        0xFFFF,
        Integer.MAX_VALUE,
        0x8000_0000L,
        0xFFFF_FFFFL,
        Long.MAX_VALUE,
        -1L,
    };

    private ByteMutations() {}

    /** A damaged copy; it may happen to be the same bytes. */
    static byte[] mutate(byte[] file, SplittableRandom random) {
        byte[] changed = file.clone();
        for (int i = 1 + random.nextInt(3); i > 0 && changed.length > 0; i--) {
            changed = once(changed, file, random);
        }
        return changed;
    }

    private static byte[] once(byte[] bytes, byte[] other, SplittableRandom random) {
        int at = position(bytes.length, random);
        return switch (random.nextInt(7)) {
            case 0 -> flip(bytes, at, random);
            case 1 -> Arrays.copyOf(bytes, at);
            case 2 -> splice(bytes, other, random);
            case 3, 4 -> number(bytes, at, random);
            case 5 -> fill(bytes, at, random);
            default -> remove(bytes, at, random);
        };
    }

    /** Half of them in the first kilobyte: that is where formats keep what they claim. */
    private static int position(int length, SplittableRandom random) {
        return random.nextInt(random.nextBoolean() ? Math.min(length, 1024) : length);
    }

    private static byte[] flip(byte[] bytes, int at, SplittableRandom random) {
        bytes[at] ^= (byte) (1 << random.nextInt(8));
        return bytes;
    }

    /** A piece of the file takes the place of another. */
    private static byte[] splice(byte[] bytes, byte[] other, SplittableRandom random) {
        int length = 1 + random.nextInt(Math.min(4096, Math.min(bytes.length, other.length)));
        int from = random.nextInt(other.length - length + 1);
        int to = random.nextInt(bytes.length - length + 1);
        System.arraycopy(other, from, bytes, to, length);
        return bytes;
    }

    /** A hostile number of 1, 2, 4 or 8 bytes, in either order. */
    private static byte[] number(byte[] bytes, int at, SplittableRandom random) {
        long value = HOSTILE[random.nextInt(HOSTILE.length)];
        int width = Math.min(1 << random.nextInt(4), bytes.length - at);
        boolean little = random.nextBoolean();
        for (int i = 0; i < width; i++) {
            bytes[at + i] = (byte) (value >>> 8 * (little ? i : width - 1 - i));
        }
        return bytes;
    }

    private static byte[] fill(byte[] bytes, int at, SplittableRandom random) {
        int end = Math.min(bytes.length, at + 1 + random.nextInt(64));
        Arrays.fill(bytes, at, end, (byte) random.nextInt(256));
        return bytes;
    }

    private static byte[] remove(byte[] bytes, int at, SplittableRandom random) {
        int end = Math.min(bytes.length, at + 1 + random.nextInt(64));
        byte[] shorter = Arrays.copyOf(bytes, bytes.length - (end - at));
        System.arraycopy(bytes, end, shorter, at, bytes.length - end);
        return shorter;
    }
}

package dev.facet.core.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Whatever happens to a pack's bytes, reading ends in a {@link PackException}. */
class PackReaderFuzzTest {
    private static final byte[] PACK = PackFixture.BYTES;
    private final long seed = Long.getLong("facet.fuzz.seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);

    @Test
    void everyFlippedBitOfTheHeaderAndManyOfTheDataAreRefused() {
        System.out.println("facet.fuzz.seed=" + seed);
        int header =
                8 + (int) ByteBuffer.wrap(PACK).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
        for (int position = 0; position < header; position++) {
            // All eight bits of the manifest and of the first tensors, one bit of every other byte.
            for (int bit = 0; bit < 8; bit += position < 3000 ? 1 : 8) {
                refuse(position, 1 << (position < 3000 ? bit : random.nextInt(8)));
            }
        }
        for (int i = 0; i < 2000; i++) {
            refuse(header + random.nextInt(PACK.length - header), 1 << random.nextInt(8));
        }
    }

    @Test
    void everyChangedByteOfTheHeaderIsRefused() {
        System.out.println("facet.fuzz.seed=" + seed);
        int header =
                8 + (int) ByteBuffer.wrap(PACK).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
        for (int position = 0; position < header; position++) {
            refuse(position, 1 + random.nextInt(255));
        }
        for (char space : "\n\r\t".toCharArray()) {
            refuse(header - 1, PACK[header - 1] ^ space);
        }
    }

    @Test
    void everyTruncationAndExtensionIsRefused() {
        System.out.println("facet.fuzz.seed=" + seed);
        for (int i = 0; i < 500; i++) {
            int length = i < 100 ? i : random.nextInt(PACK.length);
            refuse(Arrays.copyOf(PACK, length), "length " + length);
        }
        refuse(Arrays.copyOf(PACK, PACK.length - 1), "one byte less");
        refuse(Arrays.copyOf(PACK, PACK.length + 1), "one byte more");
    }

    private void refuse(int position, int mask) {
        byte[] bytes = PACK.clone();
        bytes[position] ^= (byte) mask;
        if (bytes[position] != PACK[position]) {
            refuse(bytes, "byte %d xor 0x%02x".formatted(position, mask));
        }
    }

    private void refuse(byte[] bytes, String what) {
        try {
            PackReader.readUnbound(bytes);
        } catch (PackException e) {
            assertThat(e.findings()).isNotEmpty();
            return;
        } catch (RuntimeException e) {
            throw new AssertionError("%s [seed=%d]".formatted(what, seed), e);
        }
        fail("accepted: %s [seed=%d]", what, seed);
    }
}

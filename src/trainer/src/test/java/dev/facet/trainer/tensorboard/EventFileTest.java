package dev.facet.trainer.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFileTest {
    @TempDir
    Path folder;

    @Test
    void recordsCarryTheirLengthAndTheMaskedChecksumsOfTensorFlow() throws IOException {
        try (EventFile events = EventFile.open(folder, 7)) {
            events.scalar("loss", 8, 0.5);
        }
        List<byte[]> records = records();
        assertThat(records).hasSize(3);
        assertThat(new String(records.get(0), StandardCharsets.UTF_8)).contains("brain.Event:2");
        // Event: wall_time (9 bytes), step = 8, summary { value { tag: "loss", simple_value: 0.5 } }.
        byte[] tail = new byte[records.get(2).length - 9];
        System.arraycopy(records.get(2), 9, tail, 0, tail.length);
        assertThat(HexFormat.of().formatHex(tail)).isEqualTo("1008" + "2a0d" + "0a0b" + "0a046c6f7373" + "150000003f");
    }

    @Test
    void theChecksumIsTheOneOfTheStandard() throws IOException {
        // CRC-32C of "123456789" is 0xE3069283 (RFC 3720, B.4 uses the same polynomial).
        CRC32C crc = new CRC32C();
        crc.update("123456789".getBytes(StandardCharsets.US_ASCII));
        assertThat(crc.getValue()).isEqualTo(0xE3069283L);
        try (EventFile events = EventFile.open(folder, 0)) {
            events.flush();
        }
        assertThat(records()).hasSize(2);
    }

    @Test
    void twoFilesOfOneSecondHaveTwoNames() throws IOException {
        EventFile.open(folder, 0).close();
        EventFile.open(folder, 0).close();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).hasSize(2);
        }
    }

    @Test
    void histogramsCountEveryFiniteValueOnce() {
        Histogram histogram = Histogram.of(new float[] {-1, 0, 0.5f, 3, Float.NaN, Float.POSITIVE_INFINITY});
        assertThat(histogram.count()).isEqualTo(4);
        assertThat(histogram.min()).isEqualTo(-1);
        assertThat(histogram.max()).isEqualTo(3);
        assertThat(histogram.sum()).isEqualTo(2.5);
        assertThat(histogram.squares()).isEqualTo(10.25);
        assertThat(DoubleSum.of(histogram.buckets())).isEqualTo(4);
        assertThat(histogram.limits()[histogram.limits().length - 1]).isEqualTo(3);
        assertThat(DoubleSum.of(Histogram.of(new float[] {2, 2}).buckets())).isEqualTo(2);
        assertThat(Histogram.of(new float[0]).count()).isZero();
    }

    private static final class DoubleSum {
        static double of(double[] values) {
            double sum = 0;
            for (double value : values) {
                sum += value;
            }
            return sum;
        }
    }

    private List<byte[]> records() throws IOException {
        Path file;
        try (Stream<Path> files = Files.list(folder)) {
            file = files.findFirst().orElseThrow();
        }
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        List<byte[]> records = new ArrayList<>();
        while (bytes.hasRemaining()) {
            byte[] length = new byte[8];
            bytes.get(bytes.position(), length);
            int size = (int) bytes.getLong();
            assertThat(unmask(bytes.getInt())).isEqualTo(crc(length));
            byte[] data = new byte[size];
            bytes.get(data);
            assertThat(unmask(bytes.getInt())).isEqualTo(crc(data));
            records.add(data);
        }
        return records;
    }

    private static int unmask(int masked) {
        int value = masked - 0xA282EAD8;
        return value >>> 17 | value << 15;
    }

    private static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}

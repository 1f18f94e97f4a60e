package dev.facet.trainer.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFileTest {
    /**
     * What TensorBoard 2.21.0 itself writes ({@code RecordWriter} of its package for Python) for the scalar {@code loss} = 0.5 of
     * step 8 at the time 1.5.
     */
    private static final String RECORD_OF_TENSORBOARD = "1a00000000000000" // length of the data
            + "129bd82d" // its masked checksum
            + "09000000000000f83f" // wall_time
            + "1008" // step
            + "2a0d" + "0a0b" + "0a046c6f7373" + "150000003f" // summary { value { tag, simple_value } }
            + "6a39f581"; // masked checksum of the data

    private static final int DATA_BEGIN = 12;
    private static final int WALL_TIME_BYTES = 9;

    @TempDir
    Path folder;

    @Test
    void recordsAreTensorBoardsToTheByte() {
        byte[] golden = HexFormat.of().parseHex(RECORD_OF_TENSORBOARD);
        byte[] data = Arrays.copyOfRange(golden, DATA_BEGIN, golden.length - 4);
        assertThat(EventFile.record(data)).isEqualTo(golden);
    }

    @Test
    void aScalarIsTensorBoardsButForTheTime() throws IOException {
        try (EventFile events = EventFile.open(folder, 7)) {
            events.scalar("loss", 8, 0.5);
        }
        List<byte[]> records = records();
        assertThat(records).hasSize(3);
        assertThat(new String(records.get(0), StandardCharsets.UTF_8)).contains("brain.Event:2");
        byte[] golden = HexFormat.of().parseHex(RECORD_OF_TENSORBOARD);
        byte[] untimed = Arrays.copyOfRange(golden, DATA_BEGIN + WALL_TIME_BYTES, golden.length - 4);
        assertThat(records.get(2)).hasSize(WALL_TIME_BYTES + untimed.length).endsWith(untimed);
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
            int begin = bytes.position();
            byte[] data = new byte[(int) bytes.getLong(begin)];
            bytes.get(begin + DATA_BEGIN, data);
            byte[] record = new byte[DATA_BEGIN + data.length + 4];
            bytes.get(record);
            assertThat(record).isEqualTo(EventFile.record(data));
            records.add(data);
        }
        return records;
    }
}

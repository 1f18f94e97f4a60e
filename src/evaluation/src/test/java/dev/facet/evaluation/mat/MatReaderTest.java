package dev.facet.evaluation.mat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.core.npy.NpyReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MatReaderTest {
    private static final String FOLDER = "/dev/facet/evaluation/metric/pred/depth/";

    @TempDir
    private Path folder;

    @Test
    void readsWhatTheSameArrayHoldsInNumpysFormat() throws Exception {
        for (int i = 0; i < 5; i++) {
            Path file = Files.write(folder.resolve("a.mat"), resource("img" + i + ".mat"));
            MatValue.Matrix matrix = MatReader.read(file, "depth").numbers().matrix();
            var expected = NpyReader.read(resource("img" + i + ".npy"));
            assertThat(expected.shape().extent(0)).isEqualTo(matrix.height());
            assertThat(expected.shape().extent(1)).isEqualTo(matrix.width());
            assertThat(MatFixture.rows(matrix)).isEqualTo(doubles(expected.toFloatArray()));
        }
    }

    @Test
    void readsCompressedMatrices() throws Exception {
        byte[] plain = resource("img2.mat");
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(packed)) {
            out.write(plain, 128, plain.length - 128);
        }
        ByteBuffer file = ByteBuffer.allocate(136 + packed.size()).order(ByteOrder.LITTLE_ENDIAN);
        file.put(plain, 0, 128).putInt(15).putInt(packed.size()).put(packed.toByteArray());

        MatValue.Matrix matrix = MatReader.read(Files.write(folder.resolve("a.mat"), file.array()), "depth")
                .numbers()
                .matrix();

        assertThat(MatFixture.rows(matrix))
                .isEqualTo(doubles(NpyReader.read(resource("img2.npy")).toFloatArray()));
    }

    @Test
    void saysWhyAFileCantBeRead() {
        Path none = folder.resolve("none.mat");

        assertThatThrownBy(() -> MatReader.read(none, "depth"))
                .isInstanceOf(MatException.class)
                .hasMessage("MAT file can't be read: no such file: %s [file=%s]", none, none);
    }

    /** 256 MiB of zeros are 260 kB in the file. */
    @Test
    void refusesAnArrayWithMoreNumbersThanAnImageMayHavePixels() throws Exception {
        int height = 16_384;
        int width = 16_383;
        ByteBuffer head = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        head.putInt(14).putInt(56 + height * width);
        head.putInt(6).putInt(8).putInt(9).putInt(0);
        head.putInt(5).putInt(8).putInt(height).putInt(width);
        head.putInt(1)
                .putInt(5)
                .put("depth".getBytes(StandardCharsets.US_ASCII))
                .position(56);
        head.putInt(2).putInt(height * width);
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(packed)) {
            out.write(head.array());
            byte[] column = new byte[height];
            for (int x = 0; x < width; x++) {
                out.write(column);
            }
        }
        byte[] plain = resource("img2.mat");
        ByteBuffer file = ByteBuffer.allocate(136 + packed.size()).order(ByteOrder.LITTLE_ENDIAN);
        file.put(plain, 0, 128).putInt(15).putInt(packed.size()).put(packed.toByteArray());
        assertThat(packed.size()).isLessThan(300_000);
        Files.write(folder.resolve("a.mat"), file.array());

        assertThatThrownBy(() -> MatReader.read(folder.resolve("a.mat"), "depth"))
                .isInstanceOf(MatException.class)
                .hasMessageContaining("array too large: extents=[16384, 16383], expected at most 50000000 numbers")
                .hasMessageContaining("a.mat");
    }

    @Test
    void refusesEveryTruncationAndSurvivesChangedBytes() throws Exception {
        byte[] bytes = resource("img1.mat");
        Path file = folder.resolve("a.mat");
        for (int length = 0; length < bytes.length; length += 97) {
            Files.write(file, Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> MatReader.read(file, "depth"))
                    .isInstanceOf(MatException.class)
                    .hasMessageContaining("a.mat");
        }
        long seed = 11;
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            byte[] damaged = bytes.clone();
            damaged[124 + random.nextInt(100)] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, damaged);
            try {
                MatReader.read(file, "depth");
            } catch (MatException e) {
                assertThat(e).as("seed=%d, round=%d", seed, round).hasMessageContaining("a.mat");
            }
        }
        Files.write(file, bytes);
        assertThatThrownBy(() -> MatReader.read(file, "normals"))
                .hasMessageContaining("no such variable: name='normals'");
    }

    private static byte[] resource(String name) throws Exception {
        try (InputStream in = MatReaderTest.class.getResourceAsStream(FOLDER + name)) {
            return in.readAllBytes();
        }
    }

    private static double[] doubles(float[] values) {
        double[] result = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = values[i];
        }
        return result;
    }
}

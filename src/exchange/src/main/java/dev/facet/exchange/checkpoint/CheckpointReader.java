package dev.facet.exchange.checkpoint;

import dev.facet.core.safetensors.SafetensorsReader;
import dev.facet.core.tensor.Tensor;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads the tensors of a checkpoint: PyTorch's zip format and its older pickle format, either of them gzipped, and
 * safetensors. Nothing in the file is executed: what isn't a tensor, a container or a plain value is passed over, and what
 * only an attack would name is refused.
 */
public final class CheckpointReader {
    /** Largest checkpoint accepted, after gunzip: 1 GiB. */
    public static final int MAX_BYTES = 1 << 30;

    private CheckpointReader() {}

    /**
     * Reads the tensors of the only network, or of the one under the usual key, under their names without a common prefix.
     *
     * @throws CheckpointException if it isn't a checkpoint that can be read safely
     * @throws IOException if the file can't be read
     */
    public static Map<String, Tensor> read(Path path) throws IOException {
        return read(path, CheckpointChoice.ANY).tensors();
    }

    /**
     * Reads the tensors of one network.
     *
     * @throws CheckpointException if it isn't a checkpoint that can be read safely, more than one network fits the choice, or
     *     none does
     * @throws IOException if the file can't be read
     */
    public static CheckpointContent read(Path path, CheckpointChoice choice) throws IOException {
        try {
            if (!isGzip(path)) {
                return content(path, choice);
            }
            Path unpacked = Files.createTempFile("checkpoint", ".unpacked");
            try {
                gunzip(path, unpacked);
                return content(unpacked, choice);
            } finally {
                Files.deleteIfExists(unpacked);
            }
        } catch (ZipException | EOFException e) {
            throw new CheckpointException(
                    "damaged archive: %s [checkpoint=%s]".formatted(e.getMessage(), path.getFileName()), e);
        } catch (CheckpointException e) {
            throw new CheckpointException("%s [checkpoint=%s]".formatted(e.getMessage(), path.getFileName()), e);
        }
    }

    /** Whether a file begins as a checkpoint of PyTorch does: a zip, a pickle, or either gzipped. */
    public static boolean isPickled(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] head = in.readNBytes(2);
            return head.length == 2
                    && (head[0] == 'P' && head[1] == 'K'
                            || (head[0] & 0xFF) == 0x1F && (head[1] & 0xFF) == 0x8B
                            || (head[0] & 0xFF) == 0x80 && head[1] >= 1 && head[1] <= 5);
        }
    }

    private static CheckpointContent content(Path path, CheckpointChoice choice) throws IOException {
        long size = Files.size(path);
        if (size > MAX_BYTES) {
            throw tooLarge();
        }
        byte[] head = new byte[9];
        try (InputStream in = Files.newInputStream(path)) {
            if (in.readNBytes(head, 0, head.length) < head.length) {
                throw new CheckpointException("file too short: bytes=%d".formatted(size));
            }
        }
        if (head[0] == 'P' && head[1] == 'K') {
            return ZipCheckpoint.read(path, choice);
        }
        long header = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
        if (header > 1 && header <= SafetensorsReader.MAX_HEADER_BYTES && head[8] == '{') {
            return NetworkSearch.find(SafetensorsCheckpoint.read(Files.readAllBytes(path)), choice);
        }
        if ((head[0] & 0xFF) == 0x80) {
            return NetworkSearch.find(LegacyCheckpoint.read(Files.readAllBytes(path)), choice);
        }
        throw new CheckpointException("not a checkpoint: expected PyTorch's zip or pickle format, or safetensors");
    }

    private static void gunzip(Path source, Path target) throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(source), 1 << 16);
                OutputStream out = Files.newOutputStream(target)) {
            byte[] buffer = new byte[1 << 16];
            long total = 0;
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                total += read;
                if (total > MAX_BYTES) {
                    throw tooLarge();
                }
                out.write(buffer, 0, read);
            }
        }
    }

    private static boolean isGzip(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            return in.read() == 0x1F && in.read() == 0x8B;
        }
    }

    private static CheckpointException tooLarge() {
        return new CheckpointException("checkpoint too large: expected at most %d bytes".formatted(MAX_BYTES));
    }
}

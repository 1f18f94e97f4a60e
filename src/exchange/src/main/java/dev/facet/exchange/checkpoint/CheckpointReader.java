package dev.facet.exchange.checkpoint;

import dev.facet.core.safetensors.SafetensorsException;
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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads the tensors of a checkpoint: PyTorch's zip format and its older pickle format, either of them gzipped, and
 * safetensors. Nothing in the file is executed: what isn't a tensor, a container or a plain value is refused by name.
 */
public final class CheckpointReader {
    /** Largest checkpoint accepted, after gunzip: 1 GiB. */
    public static final int MAX_BYTES = 1 << 30;

    private CheckpointReader() {}

    /**
     * Reads all tensors. A dictionary under {@code state_dict} (or {@code model}) is taken where there is one; a {@code
     * module.} prefix is dropped.
     *
     * @throws CheckpointException if it isn't a checkpoint that can be read safely
     * @throws IOException if the file can't be read
     */
    public static Map<String, Tensor> read(Path path) throws IOException {
        try {
            if (!isGzip(path)) {
                return withoutPrefix(tensors(path));
            }
            Path unpacked = Files.createTempFile("checkpoint", ".unpacked");
            try {
                gunzip(path, unpacked);
                return withoutPrefix(tensors(unpacked));
            } finally {
                Files.deleteIfExists(unpacked);
            }
        } catch (ZipException | EOFException e) {
            throw new CheckpointException(
                    "damaged archive: %s [checkpoint=%s]".formatted(e.getMessage(), path.getFileName()), e);
        } catch (CheckpointException | SafetensorsException e) {
            throw new CheckpointException("%s [checkpoint=%s]".formatted(e.getMessage(), path.getFileName()), e);
        }
    }

    private static Map<String, Tensor> tensors(Path path) throws IOException {
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
            return ZipCheckpoint.read(path);
        }
        long header = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
        if (header > 1 && header <= SafetensorsReader.MAX_HEADER_BYTES && head[8] == '{') {
            return SafetensorsReader.read(path, MAX_BYTES).tensors();
        }
        if ((head[0] & 0xFF) == 0x80) {
            return LegacyCheckpoint.read(Files.readAllBytes(path));
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

    private static Map<String, Tensor> withoutPrefix(Map<String, Tensor> tensors) {
        String prefix = "module.";
        if (tensors.isEmpty() || !tensors.keySet().stream().allMatch(name -> name.startsWith(prefix))) {
            return tensors;
        }
        Map<String, Tensor> stripped = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> stripped.put(name.substring(prefix.length()), tensor));
        return stripped;
    }
}

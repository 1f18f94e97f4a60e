package dev.facet.core.safetensors;

import dev.facet.core.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads safetensors strictly: 8 bytes little-endian header length, a JSON header with type, shape and offsets of every
 * tensor and {@code __metadata__}, then the data section.
 *
 * <p>The header's length is bounded before it is read, duplicate keys are refused, and the tensors must cover the data
 * section from its first byte to its last without hole or overlap. Anything else is a {@link SafetensorsException}.
 */
public final class SafetensorsReader {
    /** Largest header accepted: 8 MiB. */
    public static final int MAX_HEADER_BYTES = 8 << 20;

    /** Largest number of tensors accepted. */
    public static final int MAX_TENSORS = 100_000;

    private SafetensorsReader() {}

    /**
     * Reads a file.
     *
     * @param maxBytes largest file accepted, at most 2 GiB − 1
     * @throws SafetensorsException if it is larger, or isn't a safetensors file
     * @throws IOException if it can't be read
     */
    public static SafetensorsFile read(Path path, long maxBytes) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return read(readFully(channel, checkedSize(channel, maxBytes, path), path));
        }
    }

    /**
     * Reads a file's metadata. Its header is checked as {@link #read(Path, long)} does, its data section is not read.
     *
     * @param maxBytes largest file accepted, at most 2 GiB − 1
     * @throws SafetensorsException if it is larger, or its header isn't that of a safetensors file of its length
     * @throws IOException if it can't be read
     */
    public static Map<String, String> readMetadata(Path path, long maxBytes) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long size = checkedSize(channel, maxBytes, path);
            int length = headerLength(readFully(channel, Math.min(size, Long.BYTES), path), size);
            byte[] header = readFully(channel, length, path).array();
            HeaderParser parsed = HeaderParser.parse(header, size - Long.BYTES - header.length);
            checkCoverage(parsed.entries(), size - Long.BYTES - header.length);
            return Map.copyOf(parsed.metadata());
        }
    }

    private static long checkedSize(FileChannel channel, long maxBytes, Path path) throws IOException {
        long size = channel.size();
        if (size > maxBytes || size > Integer.MAX_VALUE - 16) {
            throw new SafetensorsException("file too large: bytes=%d, expected at most %d [file=%s]"
                    .formatted(size, Math.min(maxBytes, Integer.MAX_VALUE - 16), path.getFileName()));
        }
        return size;
    }

    private static ByteBuffer readFully(FileChannel channel, long length, Path path) throws IOException {
        ByteBuffer content = ByteBuffer.allocate((int) length);
        while (content.hasRemaining()) {
            if (channel.read(content) < 0) {
                throw new SafetensorsException("file ended while it was read: bytes=%d, expected=%d [file=%s]"
                        .formatted(content.position(), length, path.getFileName()));
            }
        }
        return content.flip();
    }

    /**
     * Reads bytes that the caller hands over.
     *
     * @throws SafetensorsException if they aren't a safetensors file
     */
    public static SafetensorsFile read(byte[] content) {
        return read(ByteBuffer.wrap(content));
    }

    /**
     * Reads bytes from position to limit. The tensors are views of {@code content}: the caller no longer touches it.
     *
     * @throws SafetensorsException if they aren't a safetensors file
     */
    public static SafetensorsFile read(ByteBuffer content) {
        ByteBuffer bytes = content.slice().order(ByteOrder.LITTLE_ENDIAN);
        byte[] header = new byte[headerLength(bytes, bytes.limit())];
        bytes.get(Long.BYTES, header);
        ByteBuffer data = bytes.slice(Long.BYTES + header.length, bytes.limit() - Long.BYTES - header.length);
        HeaderParser parsed = HeaderParser.parse(header, data.limit());
        checkCoverage(parsed.entries(), data.limit());
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (HeaderParser.Entry entry : parsed.entries()) {
            ByteBuffer values = data.slice((int) entry.begin(), (int) (entry.end() - entry.begin()));
            tensors.put(entry.name(), Tensor.wrap(entry.type(), entry.shape(), values));
        }
        return new SafetensorsFile(parsed.metadata(), tensors);
    }

    /** The length of the header of a file of that many bytes, which begins with {@code bytes}. */
    private static int headerLength(ByteBuffer bytes, long size) {
        if (bytes.remaining() < Long.BYTES) {
            throw new SafetensorsException(
                    "file too short: bytes=%d, expected at least %d".formatted(bytes.remaining(), Long.BYTES));
        }
        long length = bytes.order(ByteOrder.LITTLE_ENDIAN).getLong(0);
        if (length < 2 || length > MAX_HEADER_BYTES || length > size - Long.BYTES) {
            throw new SafetensorsException("header length out of bounds: value=%d, expected 2..%d"
                    .formatted(length, Math.min(MAX_HEADER_BYTES, size - Long.BYTES)));
        }
        return (int) length;
    }

    /** Sorts the tensors by their data and checks that they cover it without hole or overlap. */
    private static void checkCoverage(List<HeaderParser.Entry> entries, long dataBytes) {
        entries.sort(Comparator.comparingLong(HeaderParser.Entry::begin).thenComparingLong(HeaderParser.Entry::end));
        long position = 0;
        for (HeaderParser.Entry entry : entries) {
            if (entry.begin() != position) {
                throw new SafetensorsException("tensor '%s' begins at byte %d of the data section, expected %d"
                        .formatted(entry.name(), entry.begin(), position));
            }
            position = entry.end();
        }
        if (position != dataBytes) {
            throw new SafetensorsException("data section holds %d bytes that belong to no tensor [bytes=%d]"
                    .formatted(dataBytes - position, dataBytes));
        }
    }
}

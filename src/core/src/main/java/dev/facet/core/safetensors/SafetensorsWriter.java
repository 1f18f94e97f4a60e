package dev.facet.core.safetensors;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.facet.core.file.AtomicFile;
import dev.facet.core.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * Writes safetensors: metadata first, tensors in the order of the map, header padded with spaces to a multiple of 8. The
 * same content gives the same bytes.
 */
public final class SafetensorsWriter {
    private static final ObjectMapper JSON = new ObjectMapper();

    private SafetensorsWriter() {}

    /**
     * Writes a file, whole or not at all.
     *
     * @throws IOException if it can't be written
     */
    public static void write(Path path, Map<String, String> metadata, Map<String, Tensor> tensors) throws IOException {
        ByteBuffer head = head(metadata, tensors);
        AtomicFile.write(path, channel -> {
            writeFully(channel, head);
            for (Tensor tensor : tensors.values()) {
                writeFully(channel, tensor.data());
            }
        });
    }

    /** The same bytes in memory. */
    public static byte[] toBytes(Map<String, String> metadata, Map<String, Tensor> tensors) {
        ByteBuffer head = head(metadata, tensors);
        long size = head.remaining();
        for (Tensor tensor : tensors.values()) {
            size += tensor.sizeBytes();
        }
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(size)).put(head);
        tensors.values().forEach(tensor -> bytes.put(tensor.data()));
        return bytes.array();
    }

    private static void writeFully(java.nio.channels.FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static ByteBuffer head(Map<String, String> metadata, Map<String, Tensor> tensors) {
        ObjectNode root = JSON.createObjectNode();
        if (!metadata.isEmpty()) {
            ObjectNode node = root.putObject("__metadata__");
            metadata.forEach(node::put);
        }
        long offset = 0;
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            Tensor tensor = entry.getValue();
            ObjectNode node = root.putObject(entry.getKey());
            node.put("dtype", tensor.type().name());
            ArrayNode shape = node.putArray("shape");
            for (long extent : tensor.shape().extents()) {
                shape.add(extent);
            }
            node.putArray("data_offsets").add(offset).add(offset + tensor.sizeBytes());
            offset += tensor.sizeBytes();
        }
        byte[] json = root.toString().getBytes(StandardCharsets.UTF_8);
        int padded = (json.length + 7) / 8 * 8;
        ByteBuffer head = ByteBuffer.allocate(Long.BYTES + padded).order(ByteOrder.LITTLE_ENDIAN);
        head.putLong(padded).put(json);
        while (head.hasRemaining()) {
            head.put((byte) ' ');
        }
        return head.flip();
    }
}

package dev.facet.cli.sample;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.facet.core.digest.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A pack's file taken apart: its header and the data behind it. Put together again with another manifest it has the right
 * digest (docs/format.md), so that what is wrong is found behind the check of the digest. Immutable.
 */
public final class PackFile {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String METADATA = "__metadata__";
    private static final String MANIFEST = "facet.pack";
    private static final String DIGEST = "facet.digest";

    private final ObjectNode header;
    private final byte[] data;

    private PackFile(ObjectNode header, byte[] data) {
        this.header = header;
        this.data = data;
    }

    /** Takes a sound file apart. */
    public static PackFile parse(byte[] file) throws IOException {
        int length = Math.toIntExact(
                ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong());
        JsonNode header = JSON.readTree(file, Long.BYTES, length);
        return new PackFile((ObjectNode) header, Arrays.copyOfRange(file, Long.BYTES + length, file.length));
    }

    /** The manifest's JSON. */
    public String manifest() {
        return header.get(METADATA).get(MANIFEST).textValue();
    }

    /** The kind that it answers. */
    public String kind() throws IOException {
        return JSON.readTree(manifest()).get("task").get("kind").textValue();
    }

    /** The file with another manifest, and the digest of that. */
    public byte[] withManifest(String manifest) throws IOException {
        return bytes(header, manifest, data);
    }

    /**
     * The same pack as another: the tensors are the same, so are its answers.
     *
     * @param remark changes the digest and nothing else
     */
    public byte[] copy(String name, String version, String remark) throws IOException {
        ObjectNode manifest = (ObjectNode) JSON.readTree(manifest());
        manifest.put("name", name).put("version", version).put("description", remark);
        return withManifest(manifest.toString());
    }

    /**
     * A copy that scales every image to at most that longer side, so that a prediction costs less.
     *
     * @param size in pixels
     */
    public byte[] sized(String name, int size) throws IOException {
        ObjectNode manifest = (ObjectNode) JSON.readTree(manifest());
        manifest.put("name", name).put("version", "1");
        ((ObjectNode) manifest.get("input")).put("size", size);
        return withManifest(manifest.toString());
    }

    /** The same pack under that name whose header and data are changed, and the digest of that. */
    public byte[] altered(String name, Consumer<ObjectNode> tensors, byte[] otherData) throws IOException {
        ObjectNode manifest = (ObjectNode) JSON.readTree(manifest());
        manifest.put("name", name).put("version", "1");
        ObjectNode changed = header.deepCopy();
        JsonNode metadata = changed.remove(METADATA);
        tensors.accept(changed);
        ObjectNode whole = JSON.createObjectNode();
        whole.set(METADATA, metadata);
        whole.setAll(changed);
        return bytes(whole, manifest.toString(), otherData);
    }

    /** The data section; a copy. */
    public byte[] data() {
        return data.clone();
    }

    private static byte[] bytes(ObjectNode header, String manifest, byte[] data) throws IOException {
        ObjectNode whole = header.deepCopy();
        ObjectNode metadata = (ObjectNode) whole.get(METADATA);
        metadata.put(MANIFEST, manifest);
        metadata.put(DIGEST, digest(whole, manifest, data));
        byte[] json = JSON.writeValueAsBytes(whole);
        int padded = (json.length + 7) / 8 * 8;
        ByteBuffer file = ByteBuffer.allocate(Long.BYTES + padded + data.length).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(padded).put(json);
        while (file.position() < Long.BYTES + padded) {
            file.put((byte) ' ');
        }
        return file.put(data).array();
    }

    private static String digest(ObjectNode header, String manifest, byte[] data) {
        MessageDigest digest = Sha256.begin();
        digest.update(manifest.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        for (Map.Entry<String, JsonNode> entry : header.properties()) {
            if (entry.getKey().equals(METADATA)) {
                continue;
            }
            digest.update(entry.getKey().getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            digest.update(entry.getValue().path("dtype").asText().getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            JsonNode shape = entry.getValue().path("shape");
            ByteBuffer extents = ByteBuffer.allocate(Integer.BYTES + shape.size() * Long.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(shape.size());
            shape.forEach(extent -> extents.putLong(extent.asLong()));
            digest.update(extents.flip());
        }
        digest.update(data);
        return Sha256.hex(digest);
    }
}

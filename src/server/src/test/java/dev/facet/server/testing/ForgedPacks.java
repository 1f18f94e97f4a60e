package dev.facet.server.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/** Packs that our own writer refuses to write, their digest right all the same: made from docs/format.md alone. */
public final class ForgedPacks {
    private ForgedPacks() {}

    /** A pack with the first value of an fp32 tensor replaced. */
    public static byte[] withFirstValue(byte[] pack, String tensor, float value) {
        try {
            byte[] forged = pack.clone();
            ByteBuffer bytes = ByteBuffer.wrap(forged).order(ByteOrder.LITTLE_ENDIAN);
            int headerLength = Math.toIntExact(bytes.getLong(0));
            String header = new String(forged, 8, headerLength, StandardCharsets.UTF_8);
            JsonNode tree = new ObjectMapper().readTree(header);
            int data = 8 + headerLength;
            bytes.putFloat(data + tree.get(tensor).get("data_offsets").get(0).intValue(), value);
            String old = tree.get("__metadata__").get("facet.digest").textValue();
            byte[] corrected = header.replace(old, digest(tree, bytes, data)).getBytes(StandardCharsets.UTF_8);
            System.arraycopy(corrected, 0, forged, 8, headerLength);
            return forged;
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String digest(JsonNode header, ByteBuffer file, int data) throws NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        text(digest, header.get("__metadata__").get("facet.pack").textValue());
        for (Map.Entry<String, JsonNode> entry : header.properties()) {
            if (!entry.getKey().equals("__metadata__")) {
                text(digest, entry.getKey());
                text(digest, entry.getValue().get("dtype").textValue());
                JsonNode shape = entry.getValue().get("shape");
                ByteBuffer extents = ByteBuffer.allocate(4 + 8 * shape.size()).order(ByteOrder.LITTLE_ENDIAN);
                extents.putInt(shape.size());
                shape.forEach(extent -> extents.putLong(extent.longValue()));
                digest.update(extents.flip());
            }
        }
        digest.update(file.array(), data, file.capacity() - data);
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void text(MessageDigest digest, String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
    }
}

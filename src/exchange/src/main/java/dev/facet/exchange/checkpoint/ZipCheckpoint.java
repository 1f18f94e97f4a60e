package dev.facet.exchange.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** PyTorch's format since 1.6: a zip of {@code NAME/data.pkl} and one entry {@code NAME/data/KEY} per storage. */
final class ZipCheckpoint {
    private static final int MAX_ENTRIES = 100_000;

    private ZipCheckpoint() {}

    static CheckpointContent read(Path path, CheckpointChoice choice) throws IOException {
        try (ZipFile zip = new ZipFile(path.toFile())) {
            List<? extends ZipEntry> entries = Collections.list(zip.entries());
            if (entries.size() > MAX_ENTRIES) {
                throw new CheckpointException("too many entries in the zip: %d".formatted(entries.size()));
            }
            ZipEntry pickle = entries.stream()
                    .filter(entry -> entry.getName().endsWith("data.pkl"))
                    .findFirst()
                    .orElseThrow(() -> new CheckpointException("zip without data.pkl: not a PyTorch checkpoint"));
            String root = pickle.getName().substring(0, pickle.getName().length() - "data.pkl".length());
            Reading reading = new Reading(zip, root);
            reading.checkByteOrder();
            Object object = Pickle.read(ByteBuffer.wrap(reading.content(pickle)), StateDictionary.Storage::of);
            // The tensors are built from the zip's entries: before it closes.
            return NetworkSearch.find(StateDictionary.entries(object, reading::storage), choice);
        } catch (ZipException e) {
            throw new CheckpointException("damaged zip: " + e.getMessage(), e);
        }
    }

    private static final class Reading {
        private final ZipFile zip;
        private final String root;
        private final Map<String, byte[]> storages = new HashMap<>();
        private long total;

        Reading(ZipFile zip, String root) {
            this.zip = zip;
            this.root = root;
        }

        void checkByteOrder() throws IOException {
            ZipEntry order = zip.getEntry(root + "byteorder");
            if (order != null
                    && !new String(content(order), StandardCharsets.US_ASCII)
                            .trim()
                            .equals("little")) {
                throw new CheckpointException("big-endian checkpoint: expected little-endian values");
            }
        }

        ByteBuffer storage(StateDictionary.Storage storage) {
            byte[] bytes = storages.computeIfAbsent(storage.key(), key -> {
                ZipEntry entry = zip.getEntry(root + "data/" + key);
                if (entry == null) {
                    throw new CheckpointException("zip lacks the storage '%s'".formatted(key));
                }
                try {
                    return content(entry);
                } catch (IOException e) {
                    throw new CheckpointException("storage '%s' can't be read: %s".formatted(key, e.getMessage()), e);
                }
            });
            return ByteBuffer.wrap(bytes);
        }

        byte[] content(ZipEntry entry) throws IOException {
            int limit = (int) (CheckpointReader.MAX_BYTES - total);
            try (InputStream in = zip.getInputStream(entry)) {
                byte[] bytes = in.readNBytes(limit);
                if (bytes.length == limit) {
                    throw new CheckpointException(
                            "checkpoint too large: expected at most %d bytes".formatted(CheckpointReader.MAX_BYTES));
                }
                total += bytes.length;
                return bytes;
            }
        }
    }
}

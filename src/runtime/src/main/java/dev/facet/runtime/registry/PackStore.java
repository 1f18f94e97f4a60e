package dev.facet.runtime.registry;

import dev.facet.core.file.AtomicFile;
import dev.facet.core.file.FolderLock;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files behind the registry: a read-only folder of seed packs, and a data directory with {@code
 * packs/NAME/VERSION.safetensors}, {@code uploads/} and {@code index.json}. The index is the commit point: a file that it
 * doesn't name is the leftover of a crash and goes at the next start. One process owns the data directory.
 */
public final class PackStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PackStore.class);
    private static final String SUFFIX = ".safetensors";
    private static final String INDEX = "index.json";
    private static final String DEFAULT_BANK = "bank.safetensors";
    private static final long MAX_INDEX_BYTES = 1 << 20;

    private final Path seeds;
    private final Path bankFile;
    private final Path data;
    private final FolderLock lock;

    private PackStore(Path seeds, Path bankFile, Path data, FolderLock lock) {
        this.seeds = seeds;
        this.bankFile = bankFile;
        this.data = data;
        this.lock = lock;
    }

    /**
     * Opens the folders and removes what a crash left behind.
     *
     * @param seeds folder of seed packs; needn't exist
     * @param bankFile a file that may lie in it and is no pack; neither is a {@code bank.safetensors}
     * @param data data directory, made if needed
     * @throws IOException if they can't be used, or another process owns the data directory
     */
    public static PackStore open(Path seeds, Path bankFile, Path data) throws IOException {
        Files.createDirectories(data.resolve("packs"));
        Files.createDirectories(data.resolve("uploads"));
        FolderLock lock = FolderLock.take(data)
                .orElseThrow(() -> new IOException("data directory is in use by another server: " + data));
        try {
            PackStore store = new PackStore(seeds, bankFile, data, lock);
            store.removeLeftovers();
            return store;
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private void removeLeftovers() throws IOException {
        try (Stream<Path> uploads = Files.list(data.resolve("uploads"))) {
            for (Path upload : uploads.toList()) {
                Files.delete(upload);
            }
        }
        try (Stream<Path> partials = Files.list(data)) {
            for (Path partial : partials.filter(PackStore::isPartialIndex).toList()) {
                Files.delete(partial);
            }
        }
        List<Path> stored;
        try (Stream<Path> files = Files.walk(data.resolve("packs"))) {
            stored = files.filter(Files::isRegularFile).toList();
        }
        if (!Files.exists(data.resolve(INDEX))) {
            if (!stored.isEmpty()) {
                throw new IOException("index is missing, but packs are there: packs=%d, expected %s [data=%s]"
                        .formatted(stored.size(), INDEX, data));
            }
            writeIndex(Index.EMPTY);
        }
        Index index = readIndex();
        for (Path file : stored) {
            String version = file.getFileName().toString().replace(SUFFIX, "");
            String id = file.getParent().getFileName() + "@" + version;
            if (!index.uploaded().containsKey(id)) {
                LOG.warn("removing the leftover of an upload that didn't complete, or of a removal: {}", file);
                Files.delete(file);
            }
        }
    }

    private static boolean isPartialIndex(Path file) {
        String name = file.getFileName().toString();
        return name.startsWith("." + INDEX) && name.endsWith(".partial");
    }

    /** A new, empty file for an upload, on the same file system as the packs. */
    public Path newUpload() throws IOException {
        return Files.createTempFile(data.resolve("uploads"), "upload", ".partial");
    }

    /** Its seed packs' files: see {@link #seedFiles(Path, Path)}. */
    List<Path> seedFiles() throws IOException {
        return seedFiles(seeds, bankFile);
    }

    /**
     * The packs of a folder, sorted; subfolders aren't searched.
     *
     * @param folder needn't exist
     * @param bankFile a file that may lie in it and is no pack; neither is a {@code bank.safetensors}
     */
    public static List<Path> seedFiles(Path folder, Path bankFile) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        Path bank = bankFile.toAbsolutePath().normalize();
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(SUFFIX))
                    .filter(file -> !file.toAbsolutePath().normalize().equals(bank))
                    .filter(file -> !file.getFileName().toString().equals(DEFAULT_BANK))
                    .sorted()
                    .toList();
        }
    }

    Path fileOf(PackId id) {
        return data.resolve("packs").resolve(id.name()).resolve(id.version() + SUFFIX);
    }

    /** Moves an upload to its place, durably. It counts from the index that names it on. */
    Path adopt(Path upload, PackId id) throws IOException {
        Path target = fileOf(id);
        Files.createDirectories(target.getParent());
        try (FileChannel channel = FileChannel.open(upload, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(upload, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        AtomicFile.syncFolder(target.getParent());
        AtomicFile.syncFolder(target.getParent().getParent());
        return target;
    }

    /** Deletes the file of a pack that the index no longer names; what can't be deleted goes at the next start. */
    void delete(PackId id) {
        try {
            Files.deleteIfExists(fileOf(id));
        } catch (IOException e) {
            LOG.warn("file of a removed pack can't be deleted: {}", fileOf(id), e);
        }
    }

    Index readIndex() throws IOException {
        Path file = data.resolve(INDEX);
        if (!Files.exists(file)) {
            return Index.EMPTY;
        }
        if (Files.size(file) > MAX_INDEX_BYTES) {
            throw new IOException("index too large: bytes=%d, expected at most %d [file=%s]"
                    .formatted(Files.size(file), MAX_INDEX_BYTES, file));
        }
        try {
            return Index.parse(Files.readString(file));
        } catch (IllegalArgumentException e) {
            throw new IOException("damaged index: %s [file=%s]".formatted(e.getMessage(), file), e);
        }
    }

    void writeIndex(Index index) throws IOException {
        byte[] json = index.toJson().getBytes(StandardCharsets.UTF_8);
        if (json.length > MAX_INDEX_BYTES) {
            throw new IOException(
                    "index too large: bytes=%d, expected at most %d".formatted(json.length, MAX_INDEX_BYTES));
        }
        AtomicFile.write(data.resolve(INDEX), json);
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}

package dev.facet.runtime.registry;

import dev.facet.core.file.AtomicFile;
import dev.facet.core.file.FolderLock;
import dev.facet.core.pack.PackException;
import dev.facet.core.pack.PackReader;
import dev.facet.core.quantization.CalibrationFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files behind the registry: a read-only folder of seed packs, and a data directory with {@code
 * packs/NAME/VERSION.safetensors}, where they were signed {@code VERSION.sig} beside them, {@code uploads/} and {@code
 * index.json}. The index is the commit point: a file that it doesn't name is the leftover of a crash and goes at the next
 * start. One process owns the data directory. Thread-safe, but for changes of one address.
 */
public final class PackStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PackStore.class);
    static final String SUFFIX = ".safetensors";
    private static final Pattern SEED_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._@+-]*\\.safetensors");
    private static final String SIGNATURE_SUFFIX = ".sig";
    private static final String INDEX = "index.json";
    private static final String DEFAULT_BANK = "bank.safetensors";
    private static final long MAX_INDEX_BYTES = 32 << 20;

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
     * @param bankFile a file that may lie in it and is no pack; neither is a {@code bank.safetensors}, nor the calibration of either
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
            String version = file.getFileName().toString().replace(SUFFIX, "").replace(SIGNATURE_SUFFIX, "");
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

    /** The files of those of its seed packs; a file that can't be read is none of them. */
    NavigableMap<PackId, Path> seedFiles(Set<PackId> wanted) throws IOException {
        NavigableMap<PackId, Path> files = new TreeMap<>();
        for (Path file : seedFiles()) {
            try {
                PackId id = PackId.of(PackReader.readManifest(file));
                if (wanted.contains(id)) {
                    files.putIfAbsent(id, file);
                }
            } catch (PackException e) {
                LOG.debug("seed can't be read: {}: {}", file, e.getMessage());
            }
        }
        return files;
    }

    /**
     * The packs of a folder, sorted; subfolders aren't searched. Hidden files, folders, and copies as file managers and editors
     * leave them ({@code edges (1).safetensors}, {@code edges.safetensors~}) are none: their names are no packs' names.
     *
     * @param folder needn't exist
     * @param bankFile a file that may lie in it and is no pack; neither is a {@code bank.safetensors}
     */
    public static List<Path> seedFiles(Path folder, Path bankFile) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        Set<Path> banks = new HashSet<>();
        for (Path bank : List.of(
                bankFile.toAbsolutePath().normalize(),
                folder.resolve(DEFAULT_BANK).toAbsolutePath().normalize())) {
            banks.add(bank);
            banks.add(CalibrationFile.beside(bank));
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file ->
                            SEED_NAME.matcher(file.getFileName().toString()).matches())
                    .filter(Files::isRegularFile)
                    .filter(file -> !banks.contains(file.toAbsolutePath().normalize()))
                    .sorted()
                    .toList();
        }
    }

    Path fileOf(PackId id) {
        return data.resolve("packs").resolve(id.name()).resolve(id.version() + SUFFIX);
    }

    /** Where the signature of a pack's file lies: beside it, with another ending. */
    static Path signatureFile(Path file) {
        String name = file.getFileName().toString();
        String stem = name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
        return file.resolveSibling(stem + SIGNATURE_SUFFIX);
    }

    /** Makes an upload's bytes durable: the slow part of {@link #adopt}, which others needn't wait for. */
    void sync(Path upload) throws IOException {
        try (FileChannel channel = FileChannel.open(upload, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /** Moves a synced upload to its place, and its signature beside it. They count from the index that names them on. */
    Path adopt(Path upload, PackId id, Optional<DetachedSignature> signature) throws IOException {
        Path target = fileOf(id);
        Files.createDirectories(target.getParent());
        if (signature.isPresent()) {
            AtomicFile.write(signatureFile(target), signature.get() + "\n");
        } else {
            Files.deleteIfExists(signatureFile(target));
        }
        Files.move(upload, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        AtomicFile.syncFolder(target.getParent());
        AtomicFile.syncFolder(target.getParent().getParent());
        return target;
    }

    /**
     * Moves a stored pack, which the index no longer names, to where it is gone at the next start, for those who still have
     * to read it.
     *
     * @return where it lies now: where it lay, if it can't be moved
     */
    Path setAside(Path file) {
        Path target = aside();
        try {
            if (Files.exists(signatureFile(file))) {
                Files.move(signatureFile(file), signatureFile(target), StandardCopyOption.ATOMIC_MOVE);
            }
            return Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.warn("file of a removed pack can't be set aside: {}", file, e);
            return file;
        }
    }

    /**
     * Gives a stored pack's file a second name, gone at the next start, for those who have to read it even if it is removed.
     *
     * @return the second name; the first one, if there can't be another
     */
    Path keepAside(Path file) {
        Path target = aside();
        try {
            if (Files.exists(signatureFile(file))) {
                link(signatureFile(file), signatureFile(target));
            }
            link(file, target);
            return target;
        } catch (IOException e) {
            LOG.warn("file of a replaced pack can't be kept: {}", file, e);
            delete(target);
            return file;
        }
    }

    /** A hard link; a copy where the file system has none. */
    private static void link(Path file, Path target) throws IOException {
        try {
            Files.createLink(target, file);
        } catch (UnsupportedOperationException | FileSystemException e) {
            LOG.debug("no hard link, copying: {}", file, e);
            Files.copy(file, target);
        }
    }

    private Path aside() {
        return data.resolve("uploads").resolve("removed-" + UUID.randomUUID() + SUFFIX);
    }

    /** Deletes a pack's file that the index no longer names, and its signature; what can't be goes at the next start. */
    void delete(Path file) {
        try {
            Files.deleteIfExists(file);
            Files.deleteIfExists(signatureFile(file));
        } catch (IOException e) {
            LOG.warn("file of a removed pack can't be deleted: {}", file, e);
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

package dev.facet.server.access;

import dev.facet.server.configuration.FacetConfiguration;
import dev.facet.server.configuration.StartFailure;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * The key of management calls: the configured one, or else that of a file in the data folder, which the server makes at its
 * first start, for its owner's eyes only. Where there is a file of keys ({@link AccessKeys}), none is made or read. Read when the server starts, so that one that can't be used stops it.
 */
@Startup
@Singleton
public class ManagementKey {
    /** The file's name in the data folder. */
    public static final String FILE = "management.key";

    private static final Logger LOG = Logger.getLogger(ManagementKey.class);
    private static final int RANDOM_BYTES = 32;
    private static final long MAX_BYTES = 4096;
    private static final Set<PosixFilePermission> OWNERS =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private final Optional<String> value;
    private final Optional<Path> file;

    ManagementKey(FacetConfiguration configuration) {
        Optional<String> configured =
                configuration.management().key().map(String::strip).filter(key -> !key.isEmpty());
        boolean isMade = configured.isEmpty() && configuration.access().keys().isEmpty();
        this.file = isMade
                ? Optional.of(configuration
                        .data()
                        .dir()
                        .resolve(FILE)
                        .toAbsolutePath()
                        .normalize())
                : Optional.empty();
        this.value = configured.or(() -> file.map(path -> StartFailure.explained(() -> readOrMake(path))));
    }

    /** The key; empty where there is none, but a file of keys. */
    Optional<String> value() {
        return value;
    }

    /** Where the key lies; empty where it is configured, or there is a file of keys. */
    public Optional<Path> file() {
        return file;
    }

    /** Reads the key of a file, which is made if it isn't there. */
    static String readOrMake(Path file) throws IOException {
        if (!Files.exists(file)) {
            make(file);
        }
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException(
                    "management key is too long: file=%s, expected at most %d bytes".formatted(file, MAX_BYTES));
        }
        String key = Files.readString(file).strip();
        if (key.isEmpty()) {
            throw new IOException(
                    "management key is empty: file=%s, expected a key; without the file one is made".formatted(file));
        }
        if (isPosix() && !OWNERS.containsAll(Files.getPosixFilePermissions(file))) {
            LOG.warnf("management key can be read by others than its owner: file=%s, expected mode 600", file);
        }
        return key;
    }

    private static void make(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        byte[] text = (Base64.getUrlEncoder().withoutPadding().encodeToString(random) + "\n")
                .getBytes(StandardCharsets.US_ASCII);
        FileAttribute<?>[] attributes = isPosix()
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNERS)}
                : new FileAttribute<?>[0];
        Path partial = Files.createTempFile(file.getParent(), FILE, ".partial", attributes);
        try {
            try (FileChannel out = FileChannel.open(partial, StandardOpenOption.WRITE)) {
                out.write(ByteBuffer.wrap(text));
                out.force(true);
            }
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(partial);
        }
    }

    private static boolean isPosix() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    }
}

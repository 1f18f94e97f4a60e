package dev.facet.core.access;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A file of keys, UTF-8: a {@link KeyGrant} on each line; empty lines and those that begin with {@code #} say nothing. At most 1 MiB
 * and 1000 keys. A file without a key is refused: it is more likely one that was cut than one that is meant.
 */
public final class KeyFile {
    private static final int MAX_BYTES = 1 << 20;
    private static final int MAX_KEYS = 1000;

    private KeyFile() {}

    /**
     * The bytes of a file, one more than are allowed at most.
     *
     * @throws IOException if it can't be read
     */
    public static byte[] bytes(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(MAX_BYTES + 1);
        }
    }

    /**
     * Reads a file's bytes.
     *
     * @throws IllegalArgumentException for a file that isn't one of keys: which line, what was expected, and nothing of what stands there
     */
    public static List<KeyGrant> parse(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException("file is too large: expected at most %d bytes".formatted(MAX_BYTES));
        }
        List<KeyGrant> grants = new ArrayList<>();
        Set<String> hashes = new HashSet<>();
        Map<String, KeyLimits> limits = new HashMap<>();
        int number = 0;
        for (String line : text(bytes).split("\r?\n", -1)) {
            number++;
            if (line.isBlank() || line.stripLeading().startsWith("#")) {
                continue;
            }
            if (grants.size() == MAX_KEYS) {
                throw new IllegalArgumentException("too many keys: expected at most %d".formatted(MAX_KEYS));
            }
            KeyGrant grant = grant(line, number);
            if (!hashes.add(grant.hash())) {
                throw new IllegalArgumentException("line=%d: a key stands there twice".formatted(number));
            }
            KeyLimits others = limits.putIfAbsent(grant.name(), grant.limits());
            if (others != null && !others.equals(grant.limits())) {
                throw new IllegalArgumentException(
                        "line=%d: keys of one name share their limits: name='%s', expected the same limits for all of them"
                                .formatted(number, grant.name()));
            }
            grants.add(grant);
        }
        if (grants.isEmpty()) {
            throw new IllegalArgumentException("file has no keys: expected at least one");
        }
        return List.copyOf(grants);
    }

    private static KeyGrant grant(String line, int number) {
        try {
            return KeyGrant.parse(line);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("line=%d: %s".formatted(number, e.getMessage()), e);
        }
    }

    private static String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("file isn't text in UTF-8", e);
        }
    }
}

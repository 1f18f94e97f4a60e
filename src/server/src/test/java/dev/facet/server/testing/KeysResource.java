package dev.facet.server.testing;

import dev.facet.core.access.ApiKey;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Gives a test server a file of keys. The keys are the same in every class loader, so they aren't random. */
public final class KeysResource implements QuarkusTestResourceLifecycleManager {
    /** May predict. */
    public static final String PREDICT = key("Predict");
    /** May manage. */
    public static final String MANAGE = key("Manage");
    /** Eight requests, then one in hours. */
    public static final String SLOW = key("Slow");
    /** Some pixels a day. */
    public static final String SMALL = key("Small");
    /** Nobody's. */
    public static final String WRONG = key("Wrong");

    private Path file;

    private static String key(String name) {
        String key = ApiKey.PREFIX + name + "0".repeat(43 - name.length());
        if (!ApiKey.isWellFormed(key)) {
            throw new IllegalStateException(key);
        }
        return key;
    }

    /** A line of the file. */
    public static String line(String name, String key, String more) {
        return "%s sha256:%s %s%n".formatted(name, ApiKey.hash(key), more);
    }

    /** What the file holds at the start. */
    public static String text() {
        return line("camera", PREDICT, "predict")
                + line("ops", MANAGE, "manage")
                + line("slow", SLOW, "predict rate=0.0001 burst=8")
                + line("small", SMALL, "predict pixels-per-day=100K");
    }

    @Override
    public Map<String, String> start() {
        try {
            file = Files.createTempFile("facet-keys", ".txt");
            Files.writeString(file, text());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Map.of("facet.access.keys", file.toString());
    }

    @Override
    public void stop() {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

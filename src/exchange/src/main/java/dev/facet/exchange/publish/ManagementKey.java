package dev.facet.exchange.publish;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where a client finds the server's key. */
public final class ManagementKey {
    /** Environment variable with the key. It is the server's own name for {@code facet.management.key}. */
    public static final String VARIABLE = "FACET_MANAGEMENT_KEY";

    private ManagementKey() {}

    /**
     * The key in a file, else the one in the environment.
     *
     * @param file file with nothing but the key; null for none
     * @return empty where neither gives one
     */
    public static Optional<String> find(Path file) throws IOException {
        if (file != null) {
            return Optional.of(Files.readString(file).strip());
        }
        return Optional.ofNullable(System.getenv(VARIABLE)).filter(value -> !value.isEmpty());
    }
}

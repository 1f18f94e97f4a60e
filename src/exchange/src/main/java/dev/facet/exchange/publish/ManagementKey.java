package dev.facet.exchange.publish;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** Where a client finds the server's key. */
public final class ManagementKey {
    /** Environment variable with the key. It is the server's own name for {@code facet.management.key}. */
    public static final String VARIABLE = "FACET_MANAGEMENT_KEY";

    private static final String DATA_VARIABLE = "FACET_DATA_DIR";
    private static final String FILE = "management.key";
    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[(::1|0:0:0:0:0:0:0:1)]", Pattern.CASE_INSENSITIVE);

    private ManagementKey() {}

    /**
     * The key in a file, else the one in the environment, else, for a server on this machine, the one that it has made: in
     * {@code management.key} in its data folder, {@code FACET_DATA_DIR} or {@code data} beside the launcher.
     *
     * @param file file with nothing but the key; null for none
     * @param server the server's address
     * @return empty where none gives one
     */
    public static Optional<String> find(Path file, URI server) throws IOException {
        if (file != null) {
            return Optional.of(Files.readString(file).strip());
        }
        Optional<String> environment =
                Optional.ofNullable(System.getenv(VARIABLE)).filter(value -> !value.isEmpty());
        if (environment.isPresent()) {
            return environment;
        }
        Optional<Path> data = Optional.ofNullable(System.getenv(DATA_VARIABLE))
                .or(() -> Optional.ofNullable(System.getProperty("facet.home")).map(home -> home + "/data"))
                .map(Path::of);
        return data.isPresent() ? ofLocalServer(data.get(), server) : Optional.empty();
    }

    /** The key that a server on this machine has made; never for another machine, whatever its name resolves to. */
    static Optional<String> ofLocalServer(Path data, URI server) throws IOException {
        Path file = data.resolve(FILE);
        if (server.getHost() == null || !LOOPBACK.matcher(server.getHost()).matches() || !Files.isReadable(file)) {
            return Optional.empty();
        }
        return Optional.of(Files.readString(file).strip());
    }
}

package dev.facet.exchange.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManagementKeyTest {
    private static final URI SERVER = URI.create("http://facet.example:8080");

    @TempDir
    private Path folder;

    @Test
    void aFileOutdoesTheEnvironment() throws IOException {
        Path file = Files.writeString(folder.resolve("key"), "secret\n");
        assertThat(ManagementKey.find(file, SERVER)).contains("secret");
        assertThatThrownBy(() -> ManagementKey.find(folder.resolve("absent"), SERVER))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void withoutAFileItIsTheEnvironments() throws IOException {
        Optional<String> environment =
                Optional.ofNullable(System.getenv("FACET_MANAGEMENT_KEY")).filter(key -> !key.isEmpty());
        assertThat(ManagementKey.find(null, SERVER)).isEqualTo(environment);
    }

    @Test
    void theKeyOfALocalServerGoesToThisMachineOnly() throws IOException {
        Files.writeString(folder.resolve("management.key"), "made by the server\n");
        for (String host : List.of("localhost", "LOCALHOST", "127.0.0.1", "127.1.2.3", "[::1]")) {
            assertThat(ManagementKey.ofLocalServer(folder, URI.create("http://" + host + ":8080")))
                    .as(host)
                    .contains("made by the server");
        }
        for (String host : List.of(
                "facet.example", "localhost.example", "127.0.0.1.example", "10.0.0.1", "0.0.0.0", "[2001:db8::1]")) {
            assertThat(ManagementKey.ofLocalServer(folder, URI.create("http://" + host + "/")))
                    .as(host)
                    .isEmpty();
        }
    }

    @Test
    void aServerThatHasMadeNoKeyNeedsAnother() throws IOException {
        assertThat(ManagementKey.ofLocalServer(folder.resolve("absent"), URI.create("http://localhost")))
                .isEmpty();
    }
}

package dev.facet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerComparisonTest {
    @TempDir
    private Path checkout;

    @Test
    void anInstallationIsACheckoutOrItsServerOrTheJar() throws IOException {
        Path server = Files.createDirectories(checkout.resolve("src/server/target/quarkus-app"));
        Path jar = Files.createFile(server.resolve("quarkus-run.jar"));
        assertThat(ServerComparison.jarOf(checkout)).isEqualTo(jar);
        assertThat(ServerComparison.jarOf(server)).isEqualTo(jar);
        assertThat(ServerComparison.jarOf(jar)).isEqualTo(jar);
    }

    @Test
    void aFolderWithoutAServerIsRefused() {
        assertThatThrownBy(() -> ServerComparison.jarOf(checkout))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("no packaged server: --against " + checkout);
    }
}

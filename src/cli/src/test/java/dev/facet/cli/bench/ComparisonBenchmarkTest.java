package dev.facet.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonBenchmarkTest {
    @TempDir
    private Path checkout;

    @Test
    void anInstallationIsACheckoutOrItsServerOrTheJar() throws IOException {
        Path server = Files.createDirectories(checkout.resolve("src/server/target/quarkus-app"));
        Path jar = Files.createFile(server.resolve("quarkus-run.jar"));
        assertThat(ComparisonBenchmark.jarOf(checkout)).isEqualTo(jar);
        assertThat(ComparisonBenchmark.jarOf(server)).isEqualTo(jar);
        assertThat(ComparisonBenchmark.jarOf(jar)).isEqualTo(jar);
    }

    @Test
    void aFolderWithoutAServerIsRefused() {
        assertThatThrownBy(() -> ComparisonBenchmark.jarOf(checkout))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no packaged server: --against " + checkout);
    }
}

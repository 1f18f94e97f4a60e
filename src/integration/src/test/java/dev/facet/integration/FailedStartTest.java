package dev.facet.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that can't start says why in one sentence, without a trace. */
class FailedStartTest {
    @TempDir
    private Path folder;

    private void assertSays(String sentence, String... settings) throws Exception {
        String output = ServerUnderTest.failedStart(folder.resolve("data"), settings);
        assertThat(output).contains(sentence).doesNotContain("\tat ");
    }

    @Test
    void namesTheBankThatIsMissing() throws Exception {
        assertSays(
                "The server can't start: no filter bank: file=" + folder.resolve("none/bank.safetensors"),
                "-Dfacet.models.dir=" + folder.resolve("none"));
    }

    @Test
    void saysWhatIsWrongWithTheBank() throws Exception {
        Path bank = Files.write(folder.resolve("bank.safetensors"), new byte[100]);
        assertSays("The server can't start: header length out of bounds: value=0", "-Dfacet.bank=" + bank);
    }

    @Test
    void namesTheDataFolderThatItCannotUse() throws Exception {
        Path file = Files.write(folder.resolve("file"), new byte[0]);
        assertSays("The server can't start: ", "-Dfacet.data.dir=" + file);
    }

    @Test
    void saysWhatIsWrongWithTheManagementKey() throws Exception {
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.write(data.resolve("management.key"), new byte[0]);
        assertSays("The server can't start: management key is empty: file=" + data.resolve("management.key"));
    }

    @Test
    void namesTheSettingThatIsWrong() throws Exception {
        assertSays("facet.engine.threads must be greater than or equal to 0", "-Dfacet.engine.threads=-1");
        assertSays("The server can't start: facet.packs.pinned: ", "-Dfacet.packs.pinned=not/a/name");
    }

    @Test
    void saysThatThePortIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertSays(
                    "Port %d seems to be in use by another process".formatted(taken.getLocalPort()),
                    "-Dquarkus.http.port=" + taken.getLocalPort());
        }
    }

    @Test
    void saysThatAnotherServerUsesTheDataFolder() throws Exception {
        try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("data"))) {
            assertThat(server.process().isAlive()).isTrue();
            assertSays("The server can't start: ");
        }
    }
}

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
        assertThat(output).contains(sentence).doesNotContain("\tat ", "SRCFG", "HV0", "Exception");
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
        assertSays(
                "The server can't start: facet.engine.threads: value='-1', expected a whole number from 0 to 1024",
                "-Dfacet.engine.threads=-1");
        assertSays(
                "The server can't start: facet.engine.device: value='tpu', expected auto, cpu, cuda or cuda:N",
                "-Dfacet.engine.device=tpu");
        assertSays("The server can't start: facet.packs.pinned: ", "-Dfacet.packs.pinned=not/a/name");
    }

    @Test
    void namesEverySettingThatCannotBeRead() throws Exception {
        assertSays("""
                The server can't start: facet.request.timeout: value='soon', expected a duration, for example 500MS, 30S or 5M
                """, "-Dfacet.request.timeout=soon");
        assertSays(
                "facet.limits.memory: value='1X', expected a size, for example 512M or 2G", "-Dfacet.limits.memory=1X");
        assertSays("quarkus.http.port: value='http', expected an integer value", "-Dquarkus.http.port=http");
    }

    @Test
    void namesTheSettingThatIsNone() throws Exception {
        assertSays(
                "The server can't start: no such setting: key=facet.engine.treads; did you mean facet.engine.threads?",
                "-Dfacet.engine.treads=2");
        assertSays(
                "The server can't start: no such setting: key=facets.bank; did you mean facet.bank?",
                "-Dfacets.bank=x");
    }

    @Test
    void saysThatThePortIsTakenOrTheAddressIsAnotherMachines() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertSays(
                    "The server can't start: port %d is taken, perhaps by another Facet; expected a free quarkus.http.port"
                            .formatted(taken.getLocalPort()),
                    "-Dquarkus.http.port=" + taken.getLocalPort());
        }
        assertSays("quarkus.http.port: value='99999', expected 0..65535", "-Dquarkus.http.port=99999");
        assertSays(
                "quarkus.http.host: value='192.0.2.1', expected an address of this machine",
                "-Dquarkus.http.host=192.0.2.1");
    }

    @Test
    void saysThatAnotherServerUsesTheDataFolder() throws Exception {
        try (ServerUnderTest server = ServerUnderTest.start(folder.resolve("data"))) {
            assertThat(server.process().isAlive()).isTrue();
            assertSays("The server can't start: ");
        }
    }
}

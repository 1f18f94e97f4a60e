package dev.facet.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PhysicalCoresTest {
    @TempDir
    Path folder;

    @Test
    void hardwareThreadsOfOneCoreCountOnce() throws IOException {
        processor(0, 0, 0);
        processor(1, 0, 1);
        processor(2, 0, 0);
        processor(3, 0, 1);
        assertThat(PhysicalCores.count(folder, allowed("0-3"))).isEqualTo(2);
    }

    @Test
    void coresOfTwoSocketsAreDifferentOnes() throws IOException {
        processor(0, 0, 0);
        processor(1, 1, 0);
        assertThat(PhysicalCores.count(folder, allowed("0,1"))).isEqualTo(2);
    }

    @Test
    void processorsThatThisProcessMayNotUseDoNotCount() throws IOException {
        for (int processor = 0; processor < 8; processor++) {
            processor(processor, 0, processor);
        }
        assertThat(PhysicalCores.count(folder, allowed("0-2,5"))).isEqualTo(4);
    }

    @Test
    void isUnknownWhereTheSystemDoesNotTell() throws IOException {
        assertThat(PhysicalCores.count(folder.resolve("none"), allowed("0-3"))).isZero();
        assertThat(PhysicalCores.count(folder, folder.resolve("none"))).isZero();
        Path other = Files.writeString(folder.resolve("other"), "Name:\tjava\n");
        assertThat(PhysicalCores.count(folder, other)).isZero();
    }

    @Test
    void thisMachineHasAtLeastOneAndNoMoreThanProcessors() {
        assertThat(PhysicalCores.count()).isBetween(1, Runtime.getRuntime().availableProcessors());
    }

    private void processor(int number, int socket, int core) throws IOException {
        Path topology = Files.createDirectories(folder.resolve("cpu" + number).resolve("topology"));
        Files.writeString(topology.resolve("physical_package_id"), socket + "\n");
        Files.writeString(topology.resolve("core_id"), core + "\n");
    }

    private Path allowed(String list) throws IOException {
        return Files.writeString(
                folder.resolve("status"), "Name:\tjava\nCpus_allowed:\tff\nCpus_allowed_list:\t%s\n".formatted(list));
    }
}

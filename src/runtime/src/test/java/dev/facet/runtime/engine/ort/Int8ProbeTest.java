package dev.facet.runtime.engine.ort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.facet.runtime.engine.EngineOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class Int8ProbeTest {
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

    @Test
    void saysOfAProcessorWithoutDotProductsThatItSaturatesAndOfOthersNothing() throws IOException {
        assumeTrue(Files.isReadable(PROCESSORS) && System.getProperty("os.arch").equals("amd64"), "x86 on Linux");
        boolean dotProducts = Files.readString(PROCESSORS).matches("(?s).*\\b(avx512_vnni|avx_vnni)\\b.*");
        Optional<String> obstacle = Int8Probe.obstacle(SessionFactory.of(EngineOptions.cpu(1)));
        assertThat(obstacle.isEmpty()).as("%s", obstacle).isEqualTo(dotProducts);
    }

    @Test
    void aSupportThatKnowsAnObstacleRefusesInItsWords() {
        Int8Support support = new Int8Support(Optional.empty(), Optional.of("sums saturate"));
        assertThat(support).hasToString("sums saturate");
    }
}

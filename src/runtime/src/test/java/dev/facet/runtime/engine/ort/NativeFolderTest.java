package dev.facet.runtime.engine.ort;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.runtime.engine.EngineOptions;
import dev.facet.runtime.engine.RandomNetworks;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class NativeFolderTest {
    @TempDir
    private Path folder;

    /** What the process of the test does. */
    public static void main(String[] arguments) {
        OrtEngine.open(RandomNetworks.bank(1), EngineOptions.cpu(1)).close();
        System.out.println("opened");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void nothingIsLeftOfTheLibraryWhenTheProcessEnds() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.io.tmpdir=" + folder,
                        "-cp",
                        System.getProperty("java.class.path"),
                        NativeFolderTest.class.getName())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said).contains("opened");
        assertThat(folder).isEmptyDirectory();
    }
}

package dev.facet.evaluation.mat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MatWriterTest {
    @TempDir
    private Path folder;

    @Test
    void isReadBackAsItWasWritten() throws Exception {
        float[] rows = {1, 2.5f, -3, Float.MIN_VALUE, 5, 1e30f, 7, 8, 9, 10, 11, 12, 13, 14, 15};
        for (String name : new String[] {"depth", "x", "a_name_of_16_char"}) {
            Path file = Files.write(folder.resolve("a.mat"), MatWriter.singles(name, 3, 5, rows));
            MatValue.Matrix matrix = MatReader.read(file, name).numbers().matrix();
            assertThat(matrix.height()).isEqualTo(3);
            assertThat(matrix.width()).isEqualTo(5);
            for (int i = 0; i < rows.length; i++) {
                assertThat((float) matrix.at(i / 5, i % 5)).isEqualTo(rows[i]);
            }
        }
    }

    @Test
    void refusesWhatItCantWrite() {
        assertThatThrownBy(() -> MatWriter.singles("1x", 1, 1, new float[1]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'1x'");
        assertThatThrownBy(() -> MatWriter.singles("x", 2, 2, new float[3]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("values=3");
    }
}

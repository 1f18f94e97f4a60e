package dev.facet.core.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.core.RandomTensors;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The teacher of a pack that imitates one is in its manifest; the manifests of all others are as they were. */
class ProvenanceTest {
    private static final String JSON =
            ManifestJson.write(RandomTensors.smallPack().manifest());

    @Test
    void aPackWithoutATeacherSaysNothingOfOne() {
        assertThat(JSON).doesNotContain("teacher");
        assertThat(ManifestJson.read(JSON).provenance().teacher()).isEmpty();
    }

    @Test
    void theTeacherReadsBackAsItWasWritten() {
        PackManifest read = ManifestJson.read(with("\"A network, «small»\""));
        assertThat(read.provenance().teacher()).isEqualTo(Optional.of("A network, «small»"));
        assertThat(ManifestJson.read(ManifestJson.write(read))).isEqualTo(read);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "7", "\"\\u0007\"", "[]"})
    void refusesATeacherThatIsNoText(String value) {
        assertThatThrownBy(() -> ManifestJson.read(with(value)))
                .isInstanceOf(PackException.class)
                .hasMessageContaining("BAD_MANIFEST")
                .hasMessageContaining("teacher");
    }

    @Test
    void refusesATeacherThatIsTooLong() {
        assertThatThrownBy(() -> ManifestJson.read(with('"' + "x".repeat(Provenance.MAX_TEACHER + 1) + '"')))
                .isInstanceOf(PackException.class)
                .hasMessageContaining("teacher: characters=1001, expected at most 1000");
    }

    private static String with(String teacher) {
        String changed = JSON.replace("\"trainer\":\"test\"", "\"trainer\":\"test\",\"teacher\":" + teacher);
        assertThat(changed).isNotEqualTo(JSON);
        return changed;
    }
}

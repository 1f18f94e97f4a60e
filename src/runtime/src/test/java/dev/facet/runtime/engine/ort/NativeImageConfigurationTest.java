package dev.facet.runtime.engine.ort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.onnxruntime.OnnxTensor;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** ONNX Runtime looks up Java classes from native code and ships no metadata on them: ours must name every one. */
class NativeImageConfigurationTest {
    private static final String LIBRARY = "/ai/onnxruntime/native/linux-x64/libonnxruntime4j_jni.so";
    private static final Pattern CLASS = Pattern.compile("ai/onnxruntime/[A-Za-z$]+");

    @Test
    void namesEveryClassThatTheLibraryLooksUp() throws IOException {
        Set<String> wanted = new TreeSet<>();
        try (InputStream library = OnnxTensor.class.getResourceAsStream(LIBRARY)) {
            assumeThat(library).as("library for linux-x64").isNotNull();
            Matcher names = CLASS.matcher(new String(library.readAllBytes(), StandardCharsets.ISO_8859_1));
            while (names.find()) {
                wanted.add(names.group().replace('/', '.'));
            }
        }
        assertThat(wanted).hasSizeGreaterThan(8);
        assertThat(configured()).containsAll(wanted);
    }

    @Test
    void namesClassesThatExist() throws Exception {
        for (String name : configured()) {
            assertThat(Class.forName(name)).isNotNull();
        }
    }

    private static Set<String> configured() throws IOException {
        Set<String> names = new TreeSet<>();
        try (InputStream file = SessionFactory.class.getResourceAsStream(
                "/META-INF/native-image/dev.facet/facet-runtime/jni-config.json")) {
            for (JsonNode entry : new ObjectMapper().readTree(file)) {
                names.add(entry.get("name").asText());
            }
        }
        return names;
    }
}

package dev.facet.runtime.engine.ort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxTensor;
import dev.facet.core.folding.Weights;
import dev.facet.core.tensor.Shape;
import dev.facet.runtime.engine.EngineException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TensorVaultTest {
    private static Weights weights(int... extents) {
        long[] shape = new long[extents.length];
        int count = 1;
        for (int i = 0; i < extents.length; i++) {
            shape[i] = extents[i];
            count *= extents[i];
        }
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = i * 0.37f - 11;
        }
        return new Weights(new Shape(shape), values);
    }

    @Test
    void copiesBitsAndShapes() {
        Map<String, Weights> source = new LinkedHashMap<>();
        source.put("vector", weights(7));
        source.put("filters", weights(5, 3, 3, 3));
        source.put("beyond the staging buffer", weights(1200, 1100, 1, 1));
        source.put("channels", weights(9, 1, 1));
        try (TensorVault vault = new TensorVault()) {
            Map<String, OnnxTensor> copies = vault.copy(source);
            source.forEach((name, expected) -> {
                OnnxTensor copy = copies.get(name);
                assertThat(copy.getInfo().getShape()).isEqualTo(expected.shape().extents());
                assertThat(copy.getFloatBuffer().array()).isEqualTo(expected.values());
            });
            copies.values().forEach(OnnxTensor::close);
            assertThat(copies.values()).allMatch(OnnxTensor::isClosed);
        }
    }

    @Test
    void copiesOutliveTheVault() {
        TensorVault vault = new TensorVault();
        OnnxTensor copy = vault.copy(Map.of("a", weights(4))).get("a");
        vault.close();
        assertThat(copy.getFloatBuffer().array()).isEqualTo(weights(4).values());
        copy.close();
    }

    @Test
    void aVaultThatIsClosedCopiesNothing() {
        TensorVault vault = new TensorVault();
        vault.close();
        assertThatThrownBy(() -> vault.copy(Map.of("a", weights(4))))
                .isInstanceOfAny(IllegalStateException.class, EngineException.class);
    }
}

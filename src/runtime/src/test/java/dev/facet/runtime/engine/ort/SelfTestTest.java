package dev.facet.runtime.engine.ort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.image.Normalization;
import dev.facet.core.network.Modulation;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackException;
import dev.facet.core.pack.PackFault;
import dev.facet.core.pack.Plan;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.EngineOptions;
import dev.facet.runtime.engine.PreparedPack;
import dev.facet.runtime.engine.RandomNetworks;
import dev.facet.runtime.engine.RandomNetworks.Recipe;
import dev.facet.runtime.engine.SelfTest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SelfTestTest {
    private static final Normalization INPUT = Normalization.IMAGENET;

    private static Engine engine;
    private static ModulatorPack pack;

    @BeforeAll
    static void makeAPackWithItsSelfTest() {
        FilterBank bank = RandomNetworks.bank(60);
        engine = OrtEngine.open(bank, EngineOptions.cpu(2));
        byte[] rgb = new byte[37 * 50 * 3];
        new Random(1).nextBytes(rgb);
        Tensor image = Tensor.ofBytes(new Shape(37, 50, 3), rgb);
        ModulatorPack bare = RandomNetworks.pack(bank, Recipe.PLAIN.with(Modulation.RC));
        try (PreparedPack prepared = engine.prepare(bare, Plan.FACTORED)) {
            pack = with(
                    with(bare, ModulatorPack.SELF_TEST_IMAGE, image),
                    ModulatorPack.SELF_TEST_OUTPUT,
                    SelfTest.output(prepared, image, INPUT));
        }
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    private static ModulatorPack with(ModulatorPack pack, String name, Tensor tensor) {
        Map<String, Tensor> tensors = new LinkedHashMap<>(pack.tensors());
        tensors.put(name, tensor);
        return new ModulatorPack(pack.manifest(), tensors, pack.digest());
    }

    @Test
    void theOutputHasTheImagesSize() {
        assertThat(pack.tensor(ModulatorPack.SELF_TEST_OUTPUT).shape()).isEqualTo(new Shape(1, 3, 37, 50));
    }

    @Test
    void passesUnderBothPlans() {
        for (Plan plan : new Plan[] {Plan.FACTORED, Plan.MERGED}) {
            try (PreparedPack prepared = engine.prepare(pack, plan)) {
                assertThatCode(() -> SelfTest.check(prepared, pack, INPUT, 1e-4))
                        .doesNotThrowAnyException();
            }
        }
    }

    @Test
    void failsWhereATensorIsNotTheOneItWasMadeFrom() {
        Tensor modulator = pack.tensor("layer4.0.conv2.modulator");
        float[] values = modulator.toFloatArray();
        for (int i = 0; i < values.length; i += 2) {
            values[i] *= 1.2f;
        }
        ModulatorPack changed = with(pack, "layer4.0.conv2.modulator", Tensor.of(modulator.shape(), values));
        try (PreparedPack prepared = engine.prepare(changed, Plan.FACTORED)) {
            assertThatThrownBy(() -> SelfTest.check(prepared, changed, INPUT, 0.5))
                    .isInstanceOfSatisfying(
                            PackException.class, e -> assertThat(e.fault()).isEqualTo(PackFault.SELF_TEST_FAILED));
        }
    }

    @Test
    void theCapBoundsTheManifestsTolerance() {
        Tensor output = pack.tensor(ModulatorPack.SELF_TEST_OUTPUT);
        float[] values = output.toFloatArray();
        values[100] += 5e-4f;
        ModulatorPack changed = with(pack, ModulatorPack.SELF_TEST_OUTPUT, Tensor.of(output.shape(), values));
        try (PreparedPack prepared = engine.prepare(changed, Plan.FACTORED)) {
            assertThatCode(() -> SelfTest.check(prepared, changed, INPUT, 1)).doesNotThrowAnyException();
            assertThatThrownBy(() -> SelfTest.check(prepared, changed, INPUT, 1e-4))
                    .isInstanceOf(PackException.class);
        }
    }

    @Test
    void anAnswerThatIsNotANumberFails() {
        assertThat(SelfTest.relativeDifference(new float[] {1, 2}, new float[] {1, Float.NaN}))
                .isInfinite();
        assertThat(SelfTest.relativeDifference(new float[] {1, 2}, new float[] {1}))
                .isInfinite();
        assertThat(SelfTest.relativeDifference(new float[] {1, -2}, new float[] {1.1f, -2}))
                .isCloseTo(0.05, offset(1e-6));
    }
}

package dev.facet.runtime.engine.ort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.pack.Plan;
import dev.facet.runtime.engine.DeviceChoice;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.EngineContract;
import dev.facet.runtime.engine.EngineException;
import dev.facet.runtime.engine.EngineOptions;
import dev.facet.runtime.engine.PreparedPack;
import dev.facet.runtime.engine.RandomNetworks;
import dev.facet.runtime.engine.RandomNetworks.Recipe;
import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;

class OrtEngineTest extends EngineContract {
    @Override
    protected Engine open(FilterBank bank) {
        return OrtEngine.open(bank, EngineOptions.cpu(2));
    }

    @Test
    void theNumberOfThreadsDoesNotChangeABit() {
        FilterBank bank = RandomNetworks.bank(30);
        FloatBuffer image = RandomNetworks.image(96, 64, 1);
        float[][] answers = new float[2][];
        for (int threads = 1; threads <= 2; threads++) {
            try (Engine engine = OrtEngine.open(bank, EngineOptions.cpu(threads));
                    PreparedPack pack = engine.prepare(RandomNetworks.pack(bank, Recipe.PLAIN), Plan.FACTORED)) {
                answers[threads - 1] = pack.run(image, 96, 64).values();
            }
        }
        assertThat(answers[0]).isEqualTo(answers[1]);
    }

    @Test
    void aPackThatIsStillOpenOutlivesItsEngine() {
        FilterBank bank = RandomNetworks.bank(31);
        Engine engine = OrtEngine.open(bank, EngineOptions.cpu(1));
        PreparedPack pack = engine.prepare(RandomNetworks.pack(bank, Recipe.PLAIN), Plan.FACTORED);
        engine.close();
        assertThat(pack.run(RandomNetworks.image(16, 16, 2), 16, 16).channels()).isEqualTo(3);
        pack.close();
        assertThat(engine.report().sessions()).isEmpty();
    }

    @Test
    void automaticDeviceSaysWhatItTookAndWhy() {
        try (Engine engine = OrtEngine.open(RandomNetworks.bank(32), EngineOptions.DEFAULT)) {
            assertThat(engine.report().device()).matches("cpu|cuda:0");
            assertThat(engine.report().reason()).startsWith("automatic");
        }
    }

    @Test
    void cudaWithoutItsProviderIsAClearError() {
        EngineOptions options = new EngineOptions(DeviceChoice.of("cuda:1"), 0, false);
        assertThatThrownBy(
                        () -> OrtEngine.open(RandomNetworks.bank(33), options).close())
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("device=cuda:1")
                .hasMessageContaining("-Pcuda");
    }
}

package dev.facet.runtime.prediction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.image.Frame;
import dev.facet.core.image.InputTensor;
import dev.facet.core.image.Raster;
import dev.facet.core.network.Stage;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.Plan;
import dev.facet.core.task.NetworkOutput;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.EngineOptions;
import dev.facet.runtime.engine.PreparedPack;
import dev.facet.runtime.engine.RandomNetworks;
import dev.facet.runtime.engine.RandomNetworks.Recipe;
import dev.facet.runtime.engine.ort.OrtEngine;
import dev.facet.runtime.schedule.EngineTurns;
import java.nio.FloatBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SizeMultipleTest {
    private static final FilterBank BANK = RandomNetworks.bank(61);
    private static final int HEIGHT = 300;
    private static final int WIDTH = 512;

    private static Raster image() {
        byte[] rgb = new byte[HEIGHT * WIDTH * 3];
        new SplittableRandom(1).nextBytes(rgb);
        return new Raster(HEIGHT, WIDTH, rgb);
    }

    private static NetworkOutput answer(Engine engine, PreparedPack pack) {
        try (NetworkInputs inputs = new NetworkInputs(
                SourceImage.of(image()), engine, new EngineTurns(1), new InputBuffers(0), new FeatureCache(0))) {
            Frame frame = inputs.frame(pack);
            return inputs.run(pack, frame, Cancellation.withoutDeadline()).output();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Stage.class,
            names = {"CONV1", "LAYER4"})
    void anAnswerIsThatOfTheImagePaddedByHand(Stage from) {
        ModulatorPack pack = RandomNetworks.pack(BANK, Recipe.PLAIN.from(from));
        NetworkOutput usual;
        NetworkOutput byHand;
        try (Engine engine = OrtEngine.open(BANK, EngineOptions.cpu(1));
                PreparedPack prepared = engine.prepare(pack, Plan.FACTORED)) {
            usual = answer(engine, prepared);
            FloatBuffer own = InputTensor.allocate(HEIGHT, WIDTH);
            InputTensor.prepare(
                    image(), Frame.identity(HEIGHT, WIDTH), BANK.manifest().input(), own);
            FloatBuffer padded = InputTensor.allocate(384, WIDTH);
            for (int row = 0; row < 3 * HEIGHT; row++) {
                // The mean colour is 0 after normalisation, which is what a new buffer holds.
                int target = row / HEIGHT * 384 + row % HEIGHT;
                padded.put(target * WIDTH, own, row * WIDTH, WIDTH);
            }
            byHand = prepared.run(padded, 384, WIDTH);
        }
        try (Engine engine = OrtEngine.open(BANK, EngineOptions.cpu(1).withSizeMultiple(128));
                PreparedPack prepared = engine.prepare(pack, Plan.FACTORED)) {
            NetworkOutput answered = answer(engine, prepared);
            assertThat(answered.height()).isEqualTo(384 / 4);
            assertThat(answered.values()).isEqualTo(byHand.values());
        }
        assertThat(usual.height()).as("padded to 304 rows by the pack itself").isEqualTo(304 / 4);
    }
}

package dev.facet.runtime.engine.ort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.image.InputTensor;
import dev.facet.core.network.Modulation;
import dev.facet.core.network.Stage;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackException;
import dev.facet.core.pack.PackFault;
import dev.facet.core.pack.PackReader;
import dev.facet.core.pack.PackWriter;
import dev.facet.core.pack.Plan;
import dev.facet.core.quantization.BankCalibration;
import dev.facet.core.quantization.CalibrationMethod;
import dev.facet.core.task.NetworkOutput;
import dev.facet.core.tensor.Tensor;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.EngineOptions;
import dev.facet.runtime.engine.Features;
import dev.facet.runtime.engine.NetworkInput;
import dev.facet.runtime.engine.PreparedPack;
import dev.facet.runtime.engine.RandomNetworks;
import dev.facet.runtime.engine.RandomNetworks.Recipe;
import dev.facet.runtime.engine.SelfTest;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class Int8PlanTest {
    private static final int HEIGHT = 41;
    private static final int WIDTH = 35;
    private static final FilterBank BANK = RandomNetworks.bank(50);
    /** ‖int8 − fp32‖/‖fp32‖ of random networks, which are harder to quantize than trained ones. */
    private static final double NEAR = 0.15;

    @TempDir
    static Path folder;

    private static BankCalibration calibration;

    @BeforeAll
    static void calibrate() {
        assumeTrue(QuantizedNetworks.run(), "the processor has 8-bit dot products");
        calibration = QuantizedNetworks.calibration(BANK, 16, CalibrationMethod.MIN_MAX, folder);
    }

    private static Engine open(int threads) {
        return OrtEngine.open(BANK, Optional.of(calibration), EngineOptions.cpu(threads));
    }

    private static ModulatorPack pack(Recipe recipe, String... fp32) {
        return QuantizedNetworks.pack(BANK, recipe, calibration, fp32);
    }

    private static NetworkOutput answer(Engine engine, ModulatorPack pack, Plan plan) {
        try (PreparedPack prepared = engine.prepare(pack, plan)) {
            return prepared.run(RandomNetworks.image(HEIGHT, WIDTH, 3), HEIGHT, WIDTH);
        }
    }

    private static double distance(NetworkOutput a, NetworkOutput b) {
        double difference = 0;
        double length = 0;
        for (int i = 0; i < b.values().length; i++) {
            difference += Math.pow((double) a.values()[i] - b.values()[i], 2);
            length += Math.pow(b.values()[i], 2);
        }
        return Math.sqrt(difference / length);
    }

    private static void checkNear(Recipe recipe) {
        ModulatorPack pack = pack(recipe);
        try (Engine engine = open(2)) {
            NetworkOutput exact = answer(engine, pack, Plan.MERGED);
            NetworkOutput int8 = answer(engine, pack, Plan.INT8);
            assertThat(List.of(int8.channels(), int8.height(), int8.width()))
                    .isEqualTo(List.of(exact.channels(), exact.height(), exact.width()));
            assertThat(distance(int8, exact)).as("%s", recipe).isBetween(1e-6, NEAR);
        }
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void answersNearFp32BehindEveryPrefix(Stage stage) {
        checkNear(Recipe.PLAIN.from(stage));
    }

    @ParameterizedTest
    @EnumSource(Modulation.class)
    void answersNearFp32WithEveryModulation(Modulation modulation) {
        checkNear(Recipe.PLAIN.with(modulation).from(Stage.LAYER3).with(RandomNetworks.DENSE));
    }

    @Test
    void answersNearFp32WithoutAPrefixAtOutputStrideEight() {
        checkNear(Recipe.PLAIN.outputStride(8));
    }

    /** One weight of layer4 is 200 times the others': in 8 bits these become 0. */
    @Test
    void aLayerThatStaysInFp32KeepsItsSmallWeights() {
        String layer = "layer4.1.conv2";
        ModulatorPack pack = RandomNetworks.pack(BANK, Recipe.PLAIN.with(Modulation.NONE));
        Tensor weights = pack.tensor(layer + ".weight");
        float[] values = weights.toFloatArray();
        int row = values.length / weights.shape().intExtent(0);
        for (int i = 0; i < values.length; i += row) {
            values[i] *= 200;
        }
        Map<String, Tensor> tensors = new HashMap<>(pack.tensors());
        tensors.put(layer + ".weight", Tensor.of(weights.shape(), values));
        ModulatorPack changed = new ModulatorPack(pack.manifest(), tensors, "");
        try (Engine engine = open(2)) {
            NetworkOutput exact = answer(engine, changed, Plan.MERGED);
            ModulatorPack all = QuantizedNetworks.quantized(BANK, changed, calibration);
            ModulatorPack but = QuantizedNetworks.quantized(BANK, changed, calibration, layer);
            assertThat(distance(answer(engine, but, Plan.INT8), exact))
                    .isLessThan(0.7 * distance(answer(engine, all, Plan.INT8), exact));
        }
    }

    @Test
    void neitherRunsNorThreadsNorNeighboursChangeABit() throws Exception {
        ModulatorPack pack = pack(Recipe.PLAIN.from(Stage.LAYER4));
        List<float[]> answers = new ArrayList<>();
        for (int threads = 1; threads <= 2; threads++) {
            try (Engine engine = open(threads);
                    PreparedPack other =
                            engine.prepare(pack(Recipe.PLAIN.from(Stage.LAYER3).seed(2)), Plan.INT8);
                    PreparedPack prepared = engine.prepare(pack, Plan.INT8)) {
                answers.add(answer(engine, pack, Plan.INT8).values());
                answers.addAll(atTheSameTime(prepared, other));
            }
        }
        assertThat(answers).hasSize(10).allSatisfy(values -> assertThat(values).isEqualTo(answers.get(0)));
    }

    private static List<float[]> atTheSameTime(PreparedPack pack, PreparedPack other) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<float[]>> runs = new ArrayList<>();
            List<Future<NetworkOutput>> neighbours = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                runs.add(threads.submit(() -> pack.run(RandomNetworks.image(HEIGHT, WIDTH, 3), HEIGHT, WIDTH)
                        .values()));
                neighbours.add(threads.submit(() -> other.run(RandomNetworks.image(HEIGHT, WIDTH, 4), HEIGHT, WIDTH)));
            }
            List<float[]> answers = new ArrayList<>();
            for (Future<float[]> run : runs) {
                answers.add(run.get());
            }
            for (Future<NetworkOutput> neighbour : neighbours) {
                neighbour.get();
            }
            return answers;
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void sharedFeaturesGiveTheSameBits() {
        ModulatorPack early = pack(Recipe.PLAIN.from(Stage.LAYER2));
        ModulatorPack late = pack(Recipe.PLAIN.from(Stage.LAYER4).seed(2));
        NetworkInput input = NetworkInput.of(RandomNetworks.image(HEIGHT, WIDTH, 3), HEIGHT, WIDTH);
        Cancellation wanted = Cancellation.withoutDeadline();
        try (Engine engine = open(1);
                PreparedPack first = engine.prepare(early, Plan.INT8);
                PreparedPack second = engine.prepare(late, Plan.INT8);
                Features shallow = engine.features(first.prefix(), input, wanted);
                Features deep = engine.extend(shallow, second.prefix(), wanted)) {
            assertThat(first.run(shallow, wanted).get(0).values())
                    .isEqualTo(answer(engine, early, Plan.INT8).values());
            assertThat(second.run(deep, wanted).get(0).values())
                    .isEqualTo(answer(engine, late, Plan.INT8).values());
            assertThat(deep.sizeBytes()).isEqualTo(second.prefix().featureBytes(HEIGHT, WIDTH));
            try (PreparedPack exact = engine.prepare(early, Plan.MERGED)) {
                assertThat(exact.prefix()).isNotEqualTo(first.prefix());
                assertThatThrownBy(() -> exact.run(shallow, wanted)).isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    @Test
    void imagesOfABatchAreAnsweredAsAlone() {
        ModulatorPack pack = pack(Recipe.PLAIN.from(Stage.LAYER4));
        FloatBuffer both = InputTensor.allocate(2 * HEIGHT, WIDTH);
        both.put(RandomNetworks.image(HEIGHT, WIDTH, 3))
                .put(RandomNetworks.image(HEIGHT, WIDTH, 4))
                .flip();
        try (Engine engine = open(1);
                PreparedPack prepared = engine.prepare(pack, Plan.INT8)) {
            Cancellation wanted = Cancellation.withoutDeadline();
            NetworkInput input = new NetworkInput(both, 2, HEIGHT, WIDTH);
            List<NetworkOutput> answers = prepared.run(input, wanted);
            assertThat(answers.get(0).values())
                    .isEqualTo(answer(engine, pack, Plan.INT8).values());
            assertThat(answers.get(1).values())
                    .isEqualTo(prepared.run(RandomNetworks.image(HEIGHT, WIDTH, 4), HEIGHT, WIDTH)
                            .values());
            try (Features batch = engine.features(prepared.prefix(), input, wanted)) {
                List<Features> parts = engine.split(batch, 2);
                for (int image = 0; image < 2; image++) {
                    try (Features part = parts.get(image)) {
                        assertThat(prepared.run(part, wanted).get(0).values())
                                .isEqualTo(answers.get(image).values());
                    }
                }
            }
        }
    }

    @Test
    void aQuantizedPackReadsBackAndPassesItsSelfTest() {
        ModulatorPack read = PackReader.read(PackWriter.toBytes(pack(Recipe.PLAIN.from(Stage.LAYER4))), BANK);
        try (Engine engine = open(1);
                PreparedPack prepared = engine.prepare(read, Plan.INT8)) {
            SelfTest.check(prepared, read, BANK.manifest().input(), 1e-6);
            assertThat(prepared.sizeBytes()).isGreaterThan(1_000_000);
            assertThat(engine.automaticPlan(read.manifest())).isEqualTo(Plan.INT8);
        }
    }

    @Test
    void aPackOfAnotherCalibrationIsRefusedByName() {
        ModulatorPack pack = pack(Recipe.PLAIN.from(Stage.LAYER4));
        BankCalibration other = QuantizedNetworks.calibration(BANK, 16, CalibrationMethod.LEAST_ERROR, folder);
        assertThat(other.digest()).isNotEqualTo(calibration.digest());
        try (Engine engine = OrtEngine.open(BANK, Optional.of(other), EngineOptions.cpu(1))) {
            PackException refusal = catchThrowableOfType(PackException.class, () -> engine.prepare(pack, Plan.INT8));
            assertThat(refusal.findings().get(0).fault()).isEqualTo(PackFault.WRONG_CALIBRATION);
            assertThat(refusal).hasMessageContaining(other.digest()).hasMessageContaining(calibration.digest());
            assertThat(engine.automaticPlan(pack.manifest())).isEqualTo(Plan.FACTORED);
            assertThat(engine.report().sessions()).isEmpty();
            assertThat(answer(engine, pack, Plan.FACTORED).channels()).isEqualTo(3);
        }
    }

    @Test
    void aPackOfAnotherOutputStrideThanTheCalibrationsIsRefused() {
        BankCalibration eight = QuantizedNetworks.calibration(BANK, 8, CalibrationMethod.MIN_MAX, folder);
        Recipe recipe = Recipe.PLAIN.from(Stage.LAYER4);
        assertThatThrownBy(() -> QuantizedNetworks.pack(BANK, recipe, eight))
                .isInstanceOf(PackException.class)
                .hasMessageContaining("output stride 8");
        assertThat(QuantizedNetworks.pack(BANK, recipe.outputStride(8), eight)
                        .manifest()
                        .quantization())
                .isPresent();
    }

    @Test
    void withoutACalibrationPacksWithAPrefixAreRefusedAndOthersRun() {
        try (Engine engine = OrtEngine.open(BANK, EngineOptions.cpu(1))) {
            ModulatorPack prefixed = pack(Recipe.PLAIN.from(Stage.LAYER4));
            assertThatThrownBy(() -> engine.prepare(prefixed, Plan.INT8))
                    .isInstanceOf(PackException.class)
                    .hasMessageContaining("no calibration")
                    .hasMessageContaining(calibration.digest());
            assertThat(engine.automaticPlan(prefixed.manifest())).isEqualTo(Plan.FACTORED);
            ModulatorPack whole = pack(Recipe.PLAIN);
            assertThat(engine.automaticPlan(whole.manifest())).isEqualTo(Plan.INT8);
            assertThat(answer(engine, whole, Plan.INT8).channels()).isEqualTo(3);
        }
    }

    @Test
    void aPackThatIsNotQuantizedIsRefused() {
        try (Engine engine = open(1)) {
            ModulatorPack pack = RandomNetworks.pack(BANK, Recipe.PLAIN);
            assertThatThrownBy(() -> engine.prepare(pack, Plan.INT8))
                    .isInstanceOf(PackException.class)
                    .hasMessageContaining("plan=int8");
            assertThat(engine.automaticPlan(pack.manifest())).isEqualTo(Plan.FACTORED);
        }
    }
}

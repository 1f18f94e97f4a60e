package dev.facet.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.cancellation.CancelledException;
import dev.facet.core.cancellation.DeadlineExceededException;
import dev.facet.core.image.InputTensor;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.Decoder;
import dev.facet.core.network.Modulation;
import dev.facet.core.network.Stage;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackException;
import dev.facet.core.pack.PackFault;
import dev.facet.core.pack.Plan;
import dev.facet.core.task.NetworkOutput;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import dev.facet.runtime.engine.RandomNetworks.Initial;
import dev.facet.runtime.engine.RandomNetworks.Recipe;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every engine keeps. Answers are compared with {@link ReferenceNetwork}, relative to the largest output. */
public abstract class EngineContract {
    private static final double TOLERANCE = 1e-4;
    private static final int HEIGHT = 41;
    private static final int WIDTH = 35;

    protected abstract Engine open(FilterBank bank);

    static Stream<Arguments> everyModulationAndDecoder() {
        return Stream.of(Modulation.values())
                .flatMap(modulation -> Stream.of(RandomNetworks.SEPARABLE, RandomNetworks.DENSE)
                        .map(decoder -> Arguments.of(modulation, decoder)));
    }

    @ParameterizedTest
    @MethodSource("everyModulationAndDecoder")
    void answersAsTheNetworkSpelledOut(Modulation modulation, Decoder decoder) {
        check(RandomNetworks.bank(7), Recipe.PLAIN.with(modulation).with(decoder));
    }

    @ParameterizedTest
    @EnumSource(Modulation.class)
    void answersOverABankWhoseModulatorsAreAbsent(Modulation modulation) {
        check(
                RandomNetworks.bank(Architecture.RESNET18, Map.of(), Initial.WITHOUT_MODULATORS, 8),
                Recipe.PLAIN.with(modulation));
    }

    @ParameterizedTest
    @EnumSource(
            value = Stage.class,
            names = {"LAYER1", "LAYER2", "LAYER3", "LAYER4"})
    void runsThePrefixAsTheBanksOwnNetwork(Stage stage) {
        check(RandomNetworks.bank(9), Recipe.PLAIN.from(stage));
    }

    @ParameterizedTest
    @EnumSource(
            value = Modulation.class,
            names = {"NORM", "RA_SERIES", "RA_PARALLEL", "NONE"})
    void runsPrefixesOfEveryModulation(Modulation modulation) {
        check(RandomNetworks.bank(10), Recipe.PLAIN.with(modulation).from(Stage.LAYER3));
    }

    @ParameterizedTest
    @EnumSource(Modulation.class)
    void answersOverATruncatedBank(Modulation modulation) {
        Map<String, Integer> ranks = Map.of("conv1", 40, "layer2.0.conv1", 77, "layer4.1.conv2", 200);
        check(RandomNetworks.bank(Architecture.RESNET18, ranks, Initial.COMPLETE, 11), Recipe.PLAIN.with(modulation));
    }

    @Test
    void answersWithoutInitialValuesOfTheBank() {
        check(RandomNetworks.bank(Architecture.RESNET18, Map.of(), Initial.ABSENT, 12), Recipe.PLAIN);
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 32})
    void runsOtherOutputStrides(int outputStride) {
        check(RandomNetworks.bank(13), Recipe.PLAIN.outputStride(outputStride));
        check(RandomNetworks.bank(13), Recipe.PLAIN.from(Stage.LAYER4).outputStride(outputStride));
    }

    @Test
    void runsResNet34() {
        check(
                RandomNetworks.bank(Architecture.RESNET34, Map.of(), Initial.COMPLETE, 14),
                Recipe.PLAIN.from(Stage.LAYER2));
    }

    private void check(FilterBank bank, Recipe recipe) {
        ModulatorPack pack = RandomNetworks.pack(bank, recipe);
        FloatBuffer image = RandomNetworks.image(HEIGHT, WIDTH, 3);
        NetworkOutput expected = ReferenceNetwork.run(bank, pack, image, HEIGHT, WIDTH);
        try (Engine engine = open(bank)) {
            for (Plan plan : List.of(Plan.FACTORED, Plan.MERGED)) {
                try (PreparedPack prepared = engine.prepare(pack, plan)) {
                    NetworkOutput answer = prepared.run(image, HEIGHT, WIDTH);
                    assertThat(difference(answer, expected))
                            .as("%s %s", plan, recipe)
                            .isLessThan(TOLERANCE);
                }
            }
        }
    }

    /** max|a − b| / max|b|. */
    protected static double difference(NetworkOutput a, NetworkOutput b) {
        assertThat(List.of(a.channels(), a.height(), a.width()))
                .isEqualTo(List.of(b.channels(), b.height(), b.width()));
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < b.values().length; i++) {
            largest = Math.max(largest, Math.abs(b.values()[i]));
            difference = Math.max(difference, Math.abs((double) a.values()[i] - b.values()[i]));
        }
        assertThat(largest).as("largest output").isBetween(1e-3, 1e5);
        return difference / largest;
    }

    @Test
    void aPrefixIsTheSameAsPackTensorsWithTheInitialValues() {
        FilterBank bank = RandomNetworks.bank(15);
        ModulatorPack prefixed = RandomNetworks.pack(bank, Recipe.PLAIN.from(Stage.LAYER4));
        Recipe whole = Recipe.PLAIN.from(Stage.CONV1);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (String name : RandomNetworks.manifest(bank, whole).layout().keySet()) {
            tensors.put(
                    name, prefixed.tensors().getOrDefault(name, bank.tensors().get("init." + name)));
        }
        ModulatorPack spelledOut = new ModulatorPack(RandomNetworks.manifest(bank, whole), tensors, "");
        FloatBuffer image = RandomNetworks.image(64, 48, 4);
        try (Engine engine = open(bank);
                PreparedPack one = engine.prepare(prefixed, Plan.FACTORED);
                PreparedPack other = engine.prepare(spelledOut, Plan.FACTORED)) {
            assertThat(difference(one.run(image, 64, 48), other.run(image, 64, 48)))
                    .isLessThan(TOLERANCE);
        }
    }

    @Test
    void answersImagesOfAnySizeWithOneSession() {
        FilterBank bank = RandomNetworks.bank(16);
        ModulatorPack pack = RandomNetworks.pack(bank, Recipe.PLAIN);
        try (Engine engine = open(bank);
                PreparedPack prepared = engine.prepare(pack, Plan.FACTORED)) {
            for (int[] size : new int[][] {{1, 1}, {3, 70}, {32, 32}, {33, 17}, {64, 1}}) {
                FloatBuffer image = RandomNetworks.image(size[0], size[1], 5);
                NetworkOutput answer = prepared.run(image, size[0], size[1]);
                assertThat(difference(answer, ReferenceNetwork.run(bank, pack, image, size[0], size[1])))
                        .as("size %d×%d", size[0], size[1])
                        .isLessThan(TOLERANCE);
            }
            assertThat(engine.report().sessions()).hasSize(1);
        }
    }

    @Test
    void aRunEndsWhenItIsCancelledAndThePackStillAnswersTheSameBits() throws Exception {
        FilterBank bank = RandomNetworks.bank(23);
        FloatBuffer small = RandomNetworks.image(64, 64, 6);
        FloatBuffer large = RandomNetworks.image(2048, 2048, 7);
        ExecutorService other = Executors.newSingleThreadExecutor();
        try (Engine engine = open(bank);
                PreparedPack pack = engine.prepare(RandomNetworks.pack(bank, Recipe.PLAIN), Plan.FACTORED)) {
            float[] before = pack.run(small, 64, 64).values();
            Cancellation cancellation = Cancellation.withoutDeadline();
            Future<List<NetworkOutput>> run =
                    other.submit(() -> pack.run(NetworkInput.of(large, 2048, 2048), cancellation));
            Thread.sleep(50);
            cancellation.cancel();
            assertThatThrownBy(run::get).hasCauseInstanceOf(CancelledException.class);
            assertThatThrownBy(() -> pack.run(NetworkInput.of(small, 64, 64), Cancellation.at(System.nanoTime() - 1)))
                    .isInstanceOf(DeadlineExceededException.class);
            assertThat(pack.run(small, 64, 64).values()).isEqualTo(before);
        } finally {
            other.shutdownNow();
        }
    }

    @Test
    void featuresGiveTheSameBitsHoweverTheyCameAbout() {
        FilterBank bank = RandomNetworks.bank(27);
        NetworkInput image = NetworkInput.of(RandomNetworks.image(HEIGHT, WIDTH, 9), HEIGHT, WIDTH);
        Cancellation wanted = Cancellation.withoutDeadline();
        try (Engine engine = open(bank);
                PreparedPack deep =
                        engine.prepare(RandomNetworks.pack(bank, Recipe.PLAIN.from(Stage.LAYER4)), Plan.FACTORED)) {
            float[] alone = deep.run(image, wanted).get(0).values();
            List<PreparedPack> others = new ArrayList<>();
            for (Stage stage : List.of(Stage.LAYER3, Stage.LAYER2)) {
                others.add(engine.prepare(RandomNetworks.pack(bank, Recipe.PLAIN.from(stage)), Plan.MERGED));
                assertThat(deep.run(image, wanted).get(0).values())
                        .as("beside a prefix that ends at %s", stage)
                        .isEqualTo(alone);
            }
            for (PreparedPack other : others) {
                Features extended;
                try (Features shallower = engine.features(other.prefix(), image, wanted)) {
                    assertThat(other.run(shallower, wanted).get(0).values())
                            .isEqualTo(other.run(image, wanted).get(0).values());
                    extended = engine.extend(shallower, deep.prefix(), wanted);
                }
                try (extended) {
                    assertThat(deep.run(extended, wanted).get(0).values())
                            .as("extended from %s", other.prefix().end())
                            .isEqualTo(alone);
                }
            }
            others.forEach(PreparedPack::close);
            assertThat(deep.run(image, wanted).get(0).values()).isEqualTo(alone);
            assertThat(engine.report().sessions()).hasSize(4);
        }
    }

    @Test
    void aBatchAnswersTheBitsOfItsImages() {
        FilterBank bank = RandomNetworks.bank(28);
        Cancellation wanted = Cancellation.withoutDeadline();
        FloatBuffer images = InputTensor.allocate(3 * HEIGHT, WIDTH);
        List<FloatBuffer> single = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            single.add(RandomNetworks.image(HEIGHT, WIDTH, 60 + i));
            images.put(single.get(i).duplicate());
        }
        images.flip();
        try (Engine engine = open(bank)) {
            for (Stage stage : List.of(Stage.CONV1, Stage.LAYER4)) {
                try (PreparedPack pack =
                        engine.prepare(RandomNetworks.pack(bank, Recipe.PLAIN.from(stage)), Plan.FACTORED)) {
                    List<NetworkOutput> answers = pack.run(new NetworkInput(images, 3, HEIGHT, WIDTH), wanted);
                    assertThat(answers).hasSize(3);
                    for (int i = 0; i < 3; i++) {
                        assertThat(answers.get(i).values())
                                .isEqualTo(
                                        pack.run(single.get(i), HEIGHT, WIDTH).values());
                    }
                }
            }
        }
    }

    @Test
    void refusesFeaturesOfAnotherPrefix() {
        FilterBank bank = RandomNetworks.bank(29);
        NetworkInput image = NetworkInput.of(RandomNetworks.image(32, 32, 9), 32, 32);
        Cancellation wanted = Cancellation.withoutDeadline();
        try (Engine engine = open(bank);
                PreparedPack pack =
                        engine.prepare(RandomNetworks.pack(bank, Recipe.PLAIN.from(Stage.LAYER3)), Plan.FACTORED);
                Features shallower = engine.features(pack.prefix().cutAt(Stage.LAYER2), image, wanted)) {
            assertThatThrownBy(() -> pack.run(shallower, wanted)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> engine.extend(shallower, shallower.prefix(), wanted))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void pluggingAndUnpluggingOthersLeavesAnswersBitIdentical() {
        FilterBank bank = RandomNetworks.bank(17);
        FloatBuffer image = RandomNetworks.image(64, 80, 6);
        try (Engine engine = open(bank);
                PreparedPack kept = engine.prepare(RandomNetworks.pack(bank, Recipe.PLAIN), Plan.FACTORED)) {
            float[] before = kept.run(image, 64, 80).values();
            List<PreparedPack> others = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Recipe recipe = Recipe.PLAIN.seed(100 + i).with(i % 2 == 0 ? Modulation.RC : Modulation.RA_SERIES);
                others.add(engine.prepare(RandomNetworks.pack(bank, recipe), Plan.FACTORED));
                others.get(i).run(image, 64, 80);
                assertThat(kept.run(image, 64, 80).values()).isEqualTo(before);
            }
            others.forEach(PreparedPack::close);
            assertThat(kept.run(image, 64, 80).values()).isEqualTo(before);
        }
    }

    @Test
    void concurrentRunsAnswerTheBitsOfSingleOnes() throws Exception {
        FilterBank bank = RandomNetworks.bank(18);
        FloatBuffer image = RandomNetworks.image(64, 64, 7);
        Map<PreparedPack, float[]> single = new HashMap<>();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (Engine engine = open(bank)) {
            for (int i = 0; i < 3; i++) {
                PreparedPack prepared =
                        engine.prepare(RandomNetworks.pack(bank, Recipe.PLAIN.seed(200 + i)), Plan.FACTORED);
                single.put(prepared, prepared.run(image, 64, 64).values());
            }
            List<Future<Boolean>> runs = new ArrayList<>();
            for (int round = 0; round < 8; round++) {
                single.forEach((prepared, answer) -> runs.add(threads.submit(() ->
                        Arrays.equals(prepared.run(image.duplicate(), 64, 64).values(), answer))));
            }
            for (Future<Boolean> run : runs) {
                assertThat(run.get()).isTrue();
            }
            single.keySet().forEach(PreparedPack::close);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void packsOfOneSignatureShareASessionThatClosesWithTheLast() {
        FilterBank bank = RandomNetworks.bank(19);
        try (Engine engine = open(bank)) {
            PreparedPack first = engine.prepare(RandomNetworks.pack(bank, Recipe.PLAIN.seed(1)), Plan.FACTORED);
            PreparedPack second = engine.prepare(
                    RandomNetworks.pack(bank, Recipe.PLAIN.seed(2).with(RandomNetworks.EDGES)), Plan.FACTORED);
            assertThat(engine.report().sessions()).singleElement().satisfies(session -> {
                assertThat(session.packs()).isEqualTo(2);
                assertThat(session.bankBytes()).isEqualTo(10_994_880L * Float.BYTES);
            });
            PreparedPack third =
                    engine.prepare(RandomNetworks.pack(bank, Recipe.PLAIN.from(Stage.LAYER4)), Plan.FACTORED);
            // Three of them are the prefix.
            assertThat(engine.report().sessions()).hasSize(5);
            first.close();
            first.close();
            third.close();
            assertThat(engine.report().sessions()).hasSize(1);
            second.close();
            assertThat(engine.report().sessions()).isEmpty();
        }
    }

    @Test
    void aPreparedPackTellsItsSize() {
        FilterBank bank = RandomNetworks.bank(20);
        ModulatorPack pack = RandomNetworks.pack(bank, Recipe.PLAIN);
        long tensors =
                pack.tensors().values().stream().mapToLong(Tensor::sizeBytes).sum();
        try (Engine engine = open(bank);
                PreparedPack prepared = engine.prepare(pack, Plan.FACTORED)) {
            assertThat(prepared.sizeBytes()).isBetween(tensors * 9 / 10, tensors);
            assertThat(prepared.digest()).isEqualTo(pack.digest());
            assertThat(prepared.manifest()).isEqualTo(pack.manifest());
            assertThat(prepared.plan()).isEqualTo(Plan.FACTORED);
        }
    }

    @Test
    void refusesAPackOfAnotherBank() {
        ModulatorPack pack = RandomNetworks.pack(RandomNetworks.bank(21), Recipe.PLAIN);
        try (Engine engine = open(RandomNetworks.bank(22))) {
            assertFault(engine, pack, Plan.FACTORED, PackFault.WRONG_BANK);
        }
    }

    @Test
    void refusesAPrefixOverABankWithoutInitialValues() {
        FilterBank bank = RandomNetworks.bank(Architecture.RESNET18, Map.of(), Initial.ABSENT, 23);
        try (Engine engine = open(bank)) {
            assertFault(
                    engine,
                    RandomNetworks.pack(bank, Recipe.PLAIN.from(Stage.LAYER2)),
                    Plan.FACTORED,
                    PackFault.WRONG_BANK);
            assertFault(
                    engine,
                    RandomNetworks.pack(bank, Recipe.PLAIN.with(Modulation.NORM)),
                    Plan.FACTORED,
                    PackFault.WRONG_BANK);
        }
    }

    @Test
    void refusesTensorsThatDoNotFitAndHoldsNothingAfterwards() {
        FilterBank bank = RandomNetworks.bank(24);
        ModulatorPack good = RandomNetworks.pack(bank, Recipe.PLAIN);
        Map<String, Tensor> tensors = new LinkedHashMap<>(good.tensors());
        tensors.put("layer1.0.conv1.modulator", Tensor.of(new Shape(1, 1, 1, 1), 1f));
        try (Engine engine = open(bank)) {
            assertFault(engine, new ModulatorPack(good.manifest(), tensors, ""), Plan.FACTORED, PackFault.WRONG_SHAPE);
            tensors.remove("layer1.0.conv1.modulator");
            assertFault(engine, new ModulatorPack(good.manifest(), tensors, ""), Plan.MERGED, PackFault.MISSING_TENSOR);
            assertThat(engine.report().sessions()).isEmpty();
        }
    }

    @Test
    void refusesAPlanThatThePackDoesNotList() {
        FilterBank bank = RandomNetworks.bank(25);
        try (Engine engine = open(bank)) {
            assertFault(engine, RandomNetworks.pack(bank, Recipe.PLAIN), Plan.INT8, PackFault.PLAN_REFUSED);
        }
    }

    private static void assertFault(Engine engine, ModulatorPack pack, Plan plan, PackFault fault) {
        assertThatThrownBy(() -> engine.prepare(pack, plan).close())
                .isInstanceOfSatisfying(
                        PackException.class, e -> assertThat(e.fault()).isEqualTo(fault));
    }

    @Test
    void refusesImagesThatDoNotFitTheirSizeAndClosedPacks() {
        FilterBank bank = RandomNetworks.bank(26);
        FloatBuffer image = RandomNetworks.image(16, 16, 8);
        try (Engine engine = open(bank)) {
            PreparedPack prepared = engine.prepare(RandomNetworks.pack(bank, Recipe.PLAIN), Plan.FACTORED);
            assertThatThrownBy(() -> prepared.run(image, 16, 17)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> prepared.run(image, 0, 16)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> prepared.run(FloatBuffer.allocate(3 * 256), 16, 16))
                    .isInstanceOf(IllegalArgumentException.class);
            prepared.close();
            assertThatThrownBy(() -> prepared.run(image, 16, 16)).isInstanceOf(IllegalStateException.class);
        }
    }
}

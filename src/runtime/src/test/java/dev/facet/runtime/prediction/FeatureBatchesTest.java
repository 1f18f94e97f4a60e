package dev.facet.runtime.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.cancellation.CancelledException;
import dev.facet.core.cancellation.DeadlineExceededException;
import dev.facet.core.image.InputTensor;
import dev.facet.core.network.Stage;
import dev.facet.core.pack.Plan;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.EngineOptions;
import dev.facet.runtime.engine.Features;
import dev.facet.runtime.engine.NetworkInput;
import dev.facet.runtime.engine.Prefix;
import dev.facet.runtime.engine.PreparedPack;
import dev.facet.runtime.engine.RandomNetworks;
import dev.facet.runtime.engine.RandomNetworks.Recipe;
import dev.facet.runtime.engine.ort.OrtEngine;
import dev.facet.runtime.schedule.EngineTurns;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class FeatureBatchesTest {
    private static final FilterBank BANK = RandomNetworks.bank(91);
    private static final int SIDE = 48;

    private static Engine engine;
    private static PreparedPack pack;
    private static ExecutorService clients;

    private final Cancellation wanted = Cancellation.withoutDeadline();
    private final RecordingEngine recording = new RecordingEngine(engine);
    private final EngineTurns turns = new EngineTurns(1);
    private final FeatureBatches batches = new FeatureBatches(recording, turns, new InputBuffers(1 << 20), 8);

    @BeforeAll
    static void open() {
        engine = OrtEngine.open(BANK, EngineOptions.cpu(1));
        pack = engine.prepare(RandomNetworks.pack(BANK, Recipe.PLAIN.from(Stage.LAYER4)), Plan.FACTORED);
        clients = Executors.newCachedThreadPool();
    }

    @AfterAll
    static void close() {
        clients.shutdownNow();
        pack.close();
        engine.close();
    }

    private static NetworkInput image(int side, long seed) {
        return NetworkInput.of(RandomNetworks.image(side, side, seed), side, side);
    }

    /** What the pack answers on features that nobody shared a run with. */
    private static float[] alone(int side, long seed) {
        return pack.run(image(side, seed), Cancellation.withoutDeadline())
                .get(0)
                .values();
    }

    private float[] answer(int side, long seed, Cancellation cancellation) {
        try (Features features =
                batches.features(pack.prefix(), image(side, seed), cancellation).features()) {
            return pack.run(features, Cancellation.withoutDeadline()).get(0).values();
        }
    }

    private Future<float[]> ask(int side, long seed, Cancellation cancellation) throws InterruptedException {
        int before = turns.waiting();
        Future<float[]> answer = clients.submit(() -> answer(side, seed, cancellation));
        while (turns.waiting() == before && !answer.isDone()) {
            Thread.sleep(1);
        }
        return answer;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 8, 11})
    void whoWaitsIsRunTogetherAndGetsTheBitsOfARunAlone(int images) throws Exception {
        List<Future<float[]>> answers = new ArrayList<>();
        try (EngineTurns.Turn busy = turns.take(wanted)) {
            for (int i = 0; i < images; i++) {
                answers.add(ask(SIDE, i, wanted));
            }
        }
        for (int i = 0; i < images; i++) {
            assertThat(answers.get(i).get()).as("image %d", i).isEqualTo(alone(SIDE, i));
        }
        List<Integer> expected = switch (images) {
            case 1 -> List.of(1);
            case 2 -> List.of(2);
            case 3 -> List.of(4);
            case 5, 8 -> List.of(8);
            default -> List.of(8, 4);
        };
        assertThat(recording.batches()).isEqualTo(expected);
        assertThat(recording.open()).as("features of several images left open").isZero();
        assertThat(turns.waiting()).isZero();
    }

    @ParameterizedTest
    @EnumSource(
            value = Stage.class,
            names = {"LAYER1", "LAYER2", "LAYER3", "LAYER4"})
    void featuresOfSeveralImagesAreTakenApartBitForBit(Stage end) {
        Recipe recipe = Recipe.PLAIN.from(end);
        try (PreparedPack user = engine.prepare(RandomNetworks.pack(BANK, recipe), Plan.MERGED)) {
            NetworkInput three = together(40, 1, 2, 3);
            List<Features> parts;
            try (Features all = engine.features(user.prefix(), three, wanted)) {
                parts = engine.split(all, 2);
                assertThatThrownBy(() -> engine.split(all, 4)).hasMessageContaining("asked for=4, expected=1..3");
            }
            for (int i = 0; i < 2; i++) {
                try (Features part = parts.get(i);
                        Features own = engine.features(user.prefix(), image(40, i + 1), wanted)) {
                    assertThat(part.sizeBytes()).isEqualTo(own.sizeBytes());
                    assertThat(user.run(part, wanted).get(0).values())
                            .isEqualTo(user.run(own, wanted).get(0).values());
                }
            }
        }
    }

    private static NetworkInput together(int side, long... seeds) {
        FloatBuffer all = InputTensor.allocate(seeds.length * side, side);
        for (long seed : seeds) {
            all.put(RandomNetworks.image(side, side, seed));
        }
        return new NetworkInput(all.flip(), seeds.length, side, side);
    }

    @Test
    void onlyInputsOfOneSizeGoTogether() throws Exception {
        List<Future<float[]>> answers = new ArrayList<>();
        try (EngineTurns.Turn busy = turns.take(wanted)) {
            for (int i = 0; i < 4; i++) {
                answers.add(ask(i % 2 == 0 ? SIDE : 64, i, wanted));
            }
        }
        for (int i = 0; i < 4; i++) {
            assertThat(answers.get(i).get()).isEqualTo(alone(i % 2 == 0 ? SIDE : 64, i));
        }
        assertThat(recording.batches()).containsExactly(2, 2);
    }

    @Test
    void whoLeavesBeforeOrDuringTheRunChangesNothingForTheOthers() throws Exception {
        Cancellation early = Cancellation.withoutDeadline();
        Cancellation late = Cancellation.withoutDeadline();
        Future<float[]> leftEarly;
        Future<float[]> leftLate;
        List<Future<float[]>> stayed = new ArrayList<>();
        recording.before(late::cancel);
        try (EngineTurns.Turn busy = turns.take(wanted)) {
            leftEarly = ask(SIDE, 1, early);
            // The one whose turn it is carries the run out, and leaves meanwhile.
            leftLate = ask(SIDE, 2, late);
            stayed.add(ask(SIDE, 3, wanted));
            stayed.add(ask(SIDE, 4, wanted));
            early.cancel();
            assertThatThrownBy(leftEarly::get).hasCauseInstanceOf(CancelledException.class);
        }
        assertThatThrownBy(leftLate::get).hasCauseInstanceOf(CancelledException.class);
        assertThat(stayed.get(0).get()).isEqualTo(alone(SIDE, 3));
        assertThat(stayed.get(1).get()).isEqualTo(alone(SIDE, 4));
        assertThat(recording.batches()).containsExactly(4);
    }

    @Test
    void theRunEndsWhenAllHaveLeft() throws Exception {
        Cancellation leaving = Cancellation.withoutDeadline();
        List<Future<float[]>> answers = new ArrayList<>();
        recording.before(leaving::cancel);
        try (EngineTurns.Turn busy = turns.take(wanted)) {
            answers.add(ask(SIDE, 1, leaving));
            answers.add(ask(SIDE, 2, leaving));
        }
        for (Future<float[]> answer : answers) {
            assertThatThrownBy(answer::get).hasCauseInstanceOf(CancelledException.class);
        }
        recording.before(() -> {});
        assertThat(answer(SIDE, 3, wanted)).isEqualTo(alone(SIDE, 3));
        assertThat(recording.cancelled()).isEqualTo(1);
    }

    @Test
    void aDeadlineIsKeptWhileAnotherHoldsTheEngine() throws Exception {
        try (EngineTurns.Turn busy = turns.take(wanted)) {
            Future<float[]> answer = clients.submit(() -> answer(SIDE, 1, Cancellation.after(Duration.ofMillis(30))));
            assertThatThrownBy(answer::get).hasCauseInstanceOf(DeadlineExceededException.class);
        }
        assertThat(recording.batches()).isEmpty();
        assertThat(answer(SIDE, 2, wanted)).isEqualTo(alone(SIDE, 2));
    }

    @Test
    void aFailureIsToldToAllInTheRunAndNobodyElse() throws Exception {
        List<Future<float[]>> answers = new ArrayList<>();
        recording.before(() -> {
            throw new IllegalStateException("no features today");
        });
        try (EngineTurns.Turn busy = turns.take(wanted)) {
            for (int i = 0; i < 3; i++) {
                answers.add(ask(SIDE, i, wanted));
            }
        }
        for (Future<float[]> answer : answers) {
            assertThatThrownBy(answer::get).rootCause().hasMessage("no features today");
        }
        recording.before(() -> {});
        assertThat(answer(SIDE, 3, wanted)).isEqualTo(alone(SIDE, 3));
    }

    @Test
    void severalRunsAtATimeGiveTheSameBits() throws Exception {
        FeatureBatches wide = new FeatureBatches(engine, new EngineTurns(3), new InputBuffers(1 << 20), 4);
        List<Future<float[]>> answers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            long seed = i % 5;
            answers.add(clients.submit(() -> {
                Prefix prefix = pack.prefix();
                try (Features features =
                        wide.features(prefix, image(SIDE, seed), wanted).features()) {
                    return pack.run(features, wanted).get(0).values();
                }
            }));
        }
        for (int i = 0; i < 40; i++) {
            assertThat(answers.get(i).get()).isEqualTo(alone(SIDE, i % 5));
        }
    }
}

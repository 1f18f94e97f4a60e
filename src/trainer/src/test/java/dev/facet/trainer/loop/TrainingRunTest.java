package dev.facet.trainer.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.core.bank.FilterBank;
import dev.facet.trainer.RandomBank;
import dev.facet.trainer.TinyTask;
import dev.facet.trainer.engine.TorchDevice;
import dev.facet.trainer.network.ParameterRole;
import dev.facet.trainer.sample.ImageSource;
import dev.facet.trainer.sample.LabelledImage;
import dev.facet.trainer.step.NonFiniteLossException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingRunTest {
    private static final FilterBank BANK = RandomBank.plain(1);

    @TempDir
    Path folder;

    @Test
    void aResumedRunEndsAtTheSameBits() throws Exception {
        for (double decay : new double[] {0, 0.5}) {
            Path whole = folder.resolve("whole" + decay);
            TrainingRun.Outcome uninterrupted = run(whole, decay, -1, false);
            assertThat(uninterrupted.finished()).isTrue();

            Path parts = folder.resolve("parts" + decay);
            TrainingRun.Outcome first = run(parts, decay, 3, false);
            assertThat(first.finished()).isFalse();
            assertThat(first.state().step()).isEqualTo(3);
            TrainingRun.Outcome second = run(parts, decay, -1, true);
            assertThat(second.finished()).isTrue();

            assertThat(second.state()).isEqualTo(uninterrupted.state());
            assertThat(Files.readAllBytes(parts.resolve("last.safetensors")))
                    .isEqualTo(Files.readAllBytes(whole.resolve("last.safetensors")));
            assertThat(second.results()).isEqualTo(uninterrupted.results());
        }
    }

    /** Nothing is learned: once the norms' statistics have settled, no score is better than the best. */
    @Test
    void aRunWithoutABetterScoreEndsEarlyAndEndsThereAgainWhenItIsResumed() throws Exception {
        RunSettings settings = TinyTask.patient(400, 2);
        Path whole = folder.resolve("whole");
        TrainingRun.Outcome early = run(settings, whole, -1, false);
        assertThat(early.finished()).isTrue();
        int best =
                early.state().best(settings.tasks().get(0).name()).orElseThrow().step();
        assertThat(early.state().step())
                .isLessThan(400)
                .isEqualTo(best + 2 * settings.intervals().validate());

        Path parts = folder.resolve("parts");
        assertThat(run(settings, parts, best + 1, false).finished()).isFalse();
        TrainingRun.Outcome resumed = run(settings, parts, -1, true);
        assertThat(resumed.state()).isEqualTo(early.state());
        assertThat(resumed.results()).isEqualTo(early.results());

        TrainingRun.Outcome again = run(settings, parts, -1, true);
        assertThat(again.finished()).isTrue();
        assertThat(again.state()).isEqualTo(early.state());
    }

    /** Six steps at 0.99 would leave 94 % of what the decoder began with, which is random. */
    @Test
    void theAverageOfAShortTrainingIsNotWhatItBeganWith() throws Exception {
        double whole = moved(run(folder.resolve("alone"), 0, -1, false));
        double averaged = moved(run(folder.resolve("averaged"), 0.99, -1, false));
        assertThat(averaged).isBetween(0.5 * whole, 1.5 * whole);
    }

    private static double moved(TrainingRun.Outcome outcome) {
        return outcome.results()
                .values()
                .iterator()
                .next()
                .movements()
                .get(ParameterRole.DECODER)
                .distance();
    }

    @Test
    void theBankStaysAsItWas() throws Exception {
        String before = BANK.fingerprint();
        run(folder, 0, -1, false);
        assertThat(new FilterBank(BANK.manifest(), BANK.tensors()).fingerprint())
                .isEqualTo(before);
    }

    @Test
    void aLossThatIsNoNumberEndsTheRunAndNamesTheImages() {
        List<LabelledImage> images = TinyTask.images(2);
        TaskSettings task = TinyTask.settings(2, 0).tasks().get(0);
        TaskSettings diverging = new TaskSettings(
                task.kind(), task.network(), task.function(), task.parameters(), Double.POSITIVE_INFINITY);
        TrainingRun run = new TrainingRun(
                TinyTask.settings(2, 0, List.of(diverging)),
                BANK,
                images(images, images),
                Map.of(),
                surroundings(folder, quiet()));
        assertThatThrownBy(() -> run.run(false))
                .isInstanceOf(NonFiniteLossException.class)
                .hasMessageContaining("image-0")
                .hasMessageContaining("image-1");
    }

    private static TrainingRun.Surroundings surroundings(Path folder, PrintStream log) {
        return new TrainingRun.Surroundings(
                TorchDevice.CPU, new Checkpoints(folder, Map.of()), new Journal(log, Optional.empty()));
    }

    private static PrintStream quiet() {
        return new PrintStream(PrintStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    }

    private static TrainingRun.Outcome run(Path folder, double decay, int stopAfter, boolean resume)
            throws IOException, InterruptedException {
        return run(TinyTask.settings(6, decay), folder, stopAfter, resume);
    }

    private static TrainingRun.Outcome run(RunSettings settings, Path folder, int stopAfter, boolean resume)
            throws IOException, InterruptedException {
        TrainingRun[] run = new TrainingRun[1];
        PrintStream log = new PrintStream(PrintStream.nullOutputStream(), false, StandardCharsets.UTF_8) {
            @Override
            public void println(String line) {
                if (line.startsWith("step " + stopAfter + "/")) {
                    run[0].stop();
                }
            }
        };
        List<LabelledImage> images = TinyTask.images(5);
        run[0] = new TrainingRun(
                settings, BANK, images(images, images.subList(0, 2)), Map.of(), surroundings(folder, log));
        return run[0].run(resume);
    }

    private static TrainingRun.Images images(List<LabelledImage> train, List<LabelledImage> held) {
        return new TrainingRun.Images(ImageSource.of(train), TinyTask.held(held), HeldImages.none());
    }
}

package dev.facet.trainer.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.core.bank.FilterBank;
import dev.facet.trainer.RandomBank;
import dev.facet.trainer.TinyTask;
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
                new Checkpoints(folder, Map.of()),
                new Journal(quiet(), Optional.empty()));
        assertThatThrownBy(() -> run.run(false))
                .isInstanceOf(NonFiniteLossException.class)
                .hasMessageContaining("image-0")
                .hasMessageContaining("image-1");
    }

    private static PrintStream quiet() {
        return new PrintStream(PrintStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    }

    private static TrainingRun.Outcome run(Path folder, double decay, int stopAfter, boolean resume)
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
                TinyTask.settings(6, decay),
                BANK,
                images(images, images.subList(0, 2)),
                Map.of(),
                new Checkpoints(folder, Map.of()),
                new Journal(log, Optional.empty()));
        return run[0].run(resume);
    }

    private static TrainingRun.Images images(List<LabelledImage> train, List<LabelledImage> held) {
        return new TrainingRun.Images(ImageSource.of(train), TinyTask.held(held), HeldImages.none());
    }
}

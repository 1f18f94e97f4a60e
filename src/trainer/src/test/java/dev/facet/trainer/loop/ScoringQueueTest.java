package dev.facet.trainer.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.core.task.Prediction;
import dev.facet.evaluation.dataset.DatasetException;
import dev.facet.evaluation.dataset.Label;
import dev.facet.evaluation.metric.Scorer;
import dev.facet.trainer.TinyTask;
import org.junit.jupiter.api.Test;

class ScoringQueueTest {
    @Test
    void scoresEverythingBeforeItIsDrained() throws Exception {
        Scorer scorer = Scorer.of(TinyTask.KIND);
        try (ScoringQueue queue = new ScoringQueue(3)) {
            for (int i = 0; i < 30; i++) {
                // Every third of the answers is right.
                queue.submit(scorer, "image-" + i, answer(i % 3 == 0 ? 1 : 0), label(1));
            }
            queue.drain();
        }
        assertThat(scorer.scores().get("IoU/bright")).isEqualTo(1 / 3.0);
    }

    @Test
    void anAnswerThatCantBeScoredIsFoundBehindTheEightThatMayWait() throws Exception {
        Scorer scorer = Scorer.of(TinyTask.KIND);
        try (ScoringQueue queue = new ScoringQueue(1)) {
            queue.submit(scorer, "wrong", answer(7), label(1));
            for (int i = 0; i < 7; i++) {
                queue.submit(scorer, "image-" + i, answer(1), label(1));
            }
            assertThatThrownBy(() -> queue.submit(scorer, "ninth", answer(1), label(1)))
                    .isInstanceOf(DatasetException.class)
                    .hasMessageContaining("prediction=7")
                    .hasMessageEndingWith("[image=wrong]");
            queue.submit(scorer, "ninth", answer(1), label(1));
            assertThatThrownBy(queue::drain).hasMessage("image added twice [image=ninth]");
        }
    }

    private static Prediction answer(int id) {
        return new Prediction.LabelMap(1, 1, new byte[] {(byte) id}, TinyTask.KIND.classes());
    }

    private static Label label(int id) {
        return new Label.ClassMap(1, 1, new byte[] {(byte) id});
    }
}

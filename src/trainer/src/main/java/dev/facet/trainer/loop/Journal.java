package dev.facet.trainer.loop;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import dev.facet.core.image.PngWriter;
import dev.facet.core.image.Raster;
import dev.facet.core.progress.ProgressLine;
import dev.facet.evaluation.dataset.Sample;
import dev.facet.evaluation.report.SideBySide;
import dev.facet.trainer.engine.Ops;
import dev.facet.trainer.network.TaskParameters;
import dev.facet.trainer.tensorboard.EventFile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.Supplier;

/** What a run tells: lines for people, event files for TensorBoard. Opened for each session; whoever opens it closes it. */
public final class Journal implements AutoCloseable {
    private static final int MOST_SIDE = 2048;

    private final PrintStream lines;
    private final Optional<Path> folder;
    private final ProgressLine progress;
    private EventFile events;

    /**
     * @param lines stays open
     * @param folder folder of TensorBoard's files; empty for none
     */
    public Journal(PrintStream lines, Optional<Path> folder) {
        this(lines, folder, ProgressLine.onErrors());
    }

    Journal(PrintStream lines, Optional<Path> folder, ProgressLine progress) {
        this.lines = lines;
        this.folder = folder;
        this.progress = progress;
    }

    void begin(int step) throws IOException {
        if (folder.isPresent() && events == null) {
            events = EventFile.open(folder.get(), step);
        }
    }

    boolean hasEvents() {
        return folder.isPresent();
    }

    void say(String line) {
        progress.clear();
        lines.println(line);
    }

    /** Every step, for who looks on. */
    void stepped(int step, int steps, Supplier<Pace.Report> report) {
        progress.show(() -> report.get().line(step, steps));
    }

    void trained(int step, int steps, Pace.Report report) throws IOException {
        say(report.line(step, steps));
        if (events != null) {
            events.scalar("train/loss", step, report.loss());
            for (Map.Entry<String, Double> loss : report.losses().entrySet()) {
                events.scalar("train/loss/" + loss.getKey(), step, loss.getValue());
            }
            events.scalar("train/rate", step, report.rate());
            events.scalar("train/images_per_second", step, report.imagesPerSecond());
            events.scalar("train/waiting_for_data", step, report.waitingShare());
            events.flush();
        }
    }

    void validated(int step, Scores scores, Map<String, Boolean> best, int images, double seconds) throws IOException {
        StringJoiner parts = new StringJoiner(", ");
        scores.losses().forEach((task, loss) -> {
            StringBuilder part = new StringBuilder();
            if (scores.losses().size() > 1) {
                part.append(task).append(' ');
            }
            scores.scores().get(task).entrySet().stream()
                    .findFirst()
                    .ifPresent(score -> part.append("%s %.4f, ".formatted(score.getKey(), score.getValue())));
            part.append("loss %.4f".formatted(loss));
            parts.add(part.append(Boolean.TRUE.equals(best.get(task)) ? " (best)" : ""));
        });
        say("step %d: validation %s [%d %s, %.1f s]"
                .formatted(step, parts, images, images == 1 ? "image" : "images", seconds));
        if (events != null) {
            for (Map.Entry<String, Double> loss : scores.losses().entrySet()) {
                events.scalar("val/loss/" + loss.getKey(), step, loss.getValue());
                for (Map.Entry<String, Double> score :
                        scores.scores().get(loss.getKey()).entrySet()) {
                    events.scalar("val/%s/%s".formatted(loss.getKey(), score.getKey()), step, score.getValue());
                }
            }
            events.flush();
        }
    }

    /** Image, answer and truth side by side. */
    void picture(int step, Validation.Picture picture) throws IOException {
        Sample sample = picture.held().sample();
        Raster panel = SideBySide.of(Optional.of(sample.image()), picture.prediction(), sample.label(picture.task()));
        if (events != null && panel.height() <= MOST_SIDE && panel.width() <= 3 * MOST_SIDE) {
            byte[] png = PngWriter.rgb8(panel.height(), panel.width(), panel.rgb(), Map.of());
            String tag =
                    "%s/%s".formatted(picture.task(), picture.held().sample().id());
            events.image(tag, step, panel.height(), panel.width(), png);
        }
    }

    /** How the parameters of a task and their gradients are spread. */
    void histograms(String task, int step, TaskParameters parameters) throws IOException {
        if (events == null) {
            return;
        }
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            for (Map.Entry<String, NDArray> entry : parameters.trained().entrySet()) {
                NDArray array = entry.getValue();
                String tag = "%s/" + task + "/" + entry.getKey();
                events.histogram(tag.formatted("parameters"), step, Ops.toFloats(array));
                events.histogram(tag.formatted("gradients"), step, Ops.toFloats(array.getGradient()));
            }
        }
    }

    @Override
    public void close() throws IOException {
        progress.close();
        if (events != null) {
            events.close();
            events = null;
        }
    }
}

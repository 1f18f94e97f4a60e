package dev.facet.cli;

import dev.facet.core.image.Raster;
import dev.facet.core.task.Prediction;
import dev.facet.core.task.TaskKind;
import dev.facet.evaluation.dataset.Label;
import dev.facet.evaluation.dataset.LabelFolder;
import dev.facet.evaluation.dataset.LabelledDataset;
import dev.facet.evaluation.dataset.PredictionFolder;
import dev.facet.evaluation.metric.Scorer;
import dev.facet.evaluation.metric.ScorerOptions;
import dev.facet.evaluation.report.Evaluation;
import dev.facet.evaluation.report.PictureSheet;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Scores a folder of predictions against a folder of labels or a data set. */
final class PredictionEvaluation {
    private final TaskKind kind;
    private final PredictionFolder predictions;
    private final List<String> ids;
    private final Function<String, Label> labels;
    private final Optional<LabelledDataset> dataset;

    private PredictionEvaluation(
            TaskKind kind,
            PredictionFolder predictions,
            List<String> ids,
            Function<String, Label> labels,
            Optional<LabelledDataset> dataset) {
        this.kind = kind;
        this.predictions = predictions;
        this.ids = ids;
        this.labels = labels;
        this.dataset = dataset;
    }

    /**
     * All predictions of a folder, each with its label in another.
     *
     * @param segments for edges: whether labels are maps of segments
     */
    static PredictionEvaluation of(TaskKind kind, Path predictions, Path labels, boolean segments) {
        PredictionFolder folder = PredictionFolder.open(kind, predictions);
        LabelFolder truths = LabelFolder.open(kind, labels, folder.ids(), segments);
        return new PredictionEvaluation(kind, folder, folder.ids(), truths::label, Optional.empty());
    }

    /** All images of a split, each with its prediction in a folder. */
    static PredictionEvaluation of(TaskKind kind, Path predictions, LabelledDataset dataset) {
        PredictionFolder folder = PredictionFolder.open(kind, predictions);
        folder.check(dataset.ids());
        return new PredictionEvaluation(
                kind, folder, dataset.ids(), id -> dataset.label(id, kind.id()), Optional.of(dataset));
    }

    List<String> ids() {
        return ids;
    }

    /**
     * Scores some of the images.
     *
     * @param pictures folder for pictures, or null
     * @param name what the pictures call the predictions
     */
    Evaluation score(List<String> some, ScorerOptions options, Path pictures, String name) {
        Scorer scorer = Scorer.of(kind, options);
        try (Progress progress = Progress.bar("scoring", some.size())) {
            ParallelWork.each(some, Defaults.threads(), id -> {
                Prediction prediction = predictions.prediction(id);
                Label label = label(id, prediction);
                scorer.add(id, prediction, label);
                if (pictures != null) {
                    Optional<Raster> image = dataset.map(set -> set.sample(id).image());
                    PictureSheet.write(pictures, name, id, image, prediction, label);
                }
                progress.step();
            });
        }
        // By class they are in the curve "iou", as in the reference's own report.
        Map<String, Double> scores = new LinkedHashMap<>(scorer.scores());
        scores.keySet().removeIf(metric -> metric.startsWith("IoU/"));
        scorer.remarks().forEach(remark -> System.err.println("facet: " + remark));
        String data = dataset.map(LabelledDataset::name).orElse("");
        String split = dataset.map(LabelledDataset::split).orElse("");
        return new Evaluation("", "", kind.id(), data, split, some.size(), scores, scorer.curves());
    }

    /** The label of an image; where it has another size than the prediction, that of the image. */
    private Label label(String id, Prediction prediction) {
        Label label = labels.apply(id);
        boolean same = label.height() == prediction.height() && label.width() == prediction.width();
        return same || dataset.isEmpty() ? label : dataset.get().sample(id).label(kind.id());
    }

    /** The name of a run by its predictions: the reference writes {@code EXPERIMENT/predictions/TASK/ID.png}. */
    static String experiment(Path predictions) {
        Path path = predictions.toAbsolutePath().normalize();
        int names = path.getNameCount();
        boolean reference = names >= 3 && path.getName(names - 2).toString().equals("predictions");
        return names == 0
                ? "predictions"
                : path.getName(names - (reference ? 3 : 1)).toString();
    }
}

package dev.facet.cli;

import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.PackReader;
import dev.facet.core.pack.PackWriter;
import dev.facet.core.pack.Plan;
import dev.facet.core.pack.Score;
import dev.facet.core.task.ClassKind;
import dev.facet.core.task.Depth;
import dev.facet.core.task.DepthQuantity;
import dev.facet.core.task.ReferenceTask;
import dev.facet.core.task.TaskKind;
import dev.facet.evaluation.boundary.BoundaryOptions;
import dev.facet.evaluation.dataset.DatasetException;
import dev.facet.evaluation.dataset.LabelledDataset;
import dev.facet.evaluation.dataset.PlainOptions;
import dev.facet.evaluation.metric.Scorer;
import dev.facet.evaluation.metric.ScorerOptions;
import dev.facet.evaluation.report.Evaluation;
import dev.facet.evaluation.report.PictureSheet;
import dev.facet.runtime.engine.EngineOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code facet evaluate}: scores a pack or a folder of predictions, and compares scores. */
@Command(
        name = "evaluate",
        mixinStandardHelpOptions = true,
        description = {
            "Scores packs on whole images, exactly as the server answers them, or predictions that are there already.",
            "Data sets: images/ID.jpg, segmentation|human_parts|depth|normals|saliency|edges/ID.png,",
            "edges_annotators/ID_k.png, splits/NAME.txt, classes.txt; or PASCAL_MT and NYUD_MT as their archives have them,",
            "evaluated as the reference does (own scale, padded)."
        },
        footer = {
            "",
            "Examples: facet evaluate --pack models/edges.safetensors --data bsds500 --split test --json",
            "          facet evaluate --task segmentation --data msrc21 --split val --limit 10 --pictures look/",
            "          facet evaluate --task depth,normals --data kitchen --split test",
            "          facet evaluate --pack parts.safetensors --dataset pascal --data PASCAL_MT",
            "          facet evaluate --predictions pred/semseg --labels gt/semseg --task semseg --json",
            "          facet evaluate --predictions pred/edge --dataset nyud --data NYUD_MT --task edge",
            "          facet evaluate --results ours.json --baseline single-task.json"
        })
final class EvaluateCommand implements Callable<Integer> {
    @Mixin
    private PackSelection selection;

    @Mixin
    private DatasetSelection datasets;

    @Mixin
    private ReportOptions reports;

    @Option(names = "--limit", description = "Score the first N images only.")
    private Integer limit;

    @Option(
            names = "--pictures",
            description = "Folder for pictures of image, prediction and truth side by side, with a legend.")
    private Path pictures;

    @Option(
            names = "--save-predictions",
            paramLabel = "DIR",
            description = "Folder for the answers in the reference's formats, for other programs to score.")
    private Path saved;

    @Option(
            names = "--write",
            description = "Add the scores to the manifest of a draft: a pack that was never plugged or committed.")
    private boolean write;

    @Option(
            names = "--predictions",
            description = "Folder of predictions in the reference's formats, instead of a pack.")
    private Path predictions;

    @Option(
            names = "--labels",
            description =
                    "With --data, the folder of labels in it, where that isn't the kind's, for example voc; otherwise the"
                            + " folder of labels for --predictions.")
    private Path labels;

    @Option(
            names = "--classes",
            description = "Number of classes for --predictions, where the data set doesn't say it"
                    + " (default with --labels: 21, nyud 41, human parts 7).")
    private Integer classes;

    @Option(
            names = "--quantity",
            description =
                    "Depth: what --predictions are, distance (default, metres) or inverse-depth (larger is nearer, scored"
                            + " after alignment). A pack says it itself.")
    private String quantity;

    @Option(
            names = "--pad",
            description =
                    "Leave images at their own scale and pad them to a size around the centre, for example 512 or"
                            + " 425x560, as the reference evaluates (default: pascal 512, nyud 425x560); none: as the pack says.")
    private String pad;

    @Option(names = "--parity", description = "Score depth exactly as the reference does, unknown pixels included.")
    private boolean parity;

    @Option(
            names = "--max-distance",
            description =
                    "Edges: largest distance of a match as a share of the diagonal (default: 0.0075; nyud 0.011).")
    private Double maxDistance;

    @Option(names = "--cardinality", description = "Edges: match as many as possible, without preferring the nearest.")
    private boolean cardinality;

    @Option(
            names = "--plan",
            defaultValue = "factored",
            description = "factored, merged or int8 (default factored, which scores in manifests are of).")
    private String plan;

    @Mixin
    private EngineSelection engines;

    @Override
    public Integer call() throws IOException {
        check();
        reports.check();
        if (reports.onlyCompares()) {
            reports.compare();
            return 0;
        }
        folder(pictures, "");
        folder(saved, "");
        if (pictures != null) {
            PictureSheet.lackOfText().ifPresent(reason -> System.err.println("facet: " + reason));
        }
        if (predictions != null) {
            reports.print(scorePredictions(), PredictionEvaluation.experiment(predictions), parity);
            return 0;
        }
        List<String> unscored = new ArrayList<>();
        List<Evaluation> evaluations = scorePacks(unscored);
        if (!evaluations.isEmpty()) {
            reports.print(evaluations, parity);
        }
        unscored.forEach(reason -> System.err.println("facet: " + reason));
        return unscored.isEmpty() ? 0 : 1;
    }

    private void check() {
        if (limit != null && limit < 1) {
            throw new CommandFailure("number of images: limit=%d, expected at least 1".formatted(limit));
        }
        if (labels != null && predictions == null && !datasets.isGiven()) {
            throw new CommandFailure(
                    "labels of what? expected --data DIR and --labels NAME, or --predictions DIR and --labels DIR");
        }
        if (predictions != null && labels == null && !datasets.isGiven()) {
            throw new CommandFailure("predictions need labels: expected --labels DIR, or --data DIR of a data set");
        }
        if (labels != null && datasets.isGiven() && !datasets.isPlain()) {
            throw new CommandFailure("which labels? expected --labels with the plain layout alone");
        }
        boolean scores = predictions != null || datasets.isGiven();
        if (scores == reports.onlyCompares()) {
            throw new CommandFailure(
                    "what to score? expected --data DIR, or --predictions DIR and --labels DIR, or --results FILE");
        }
        if (predictions == null && quantity != null) {
            throw CommandFailure.usage("--quantity needs --predictions: a pack says which quantity it answers");
        }
        if (predictions != null && (write || pad != null || saved != null)) {
            throw CommandFailure.usage(
                    "--write, --pad and --save-predictions need a pack: expected --data DIR, not --predictions");
        }
        boolean standard = limit == null
                && maxDistance == null
                && !cardinality
                && !parity
                && pad == null
                && Plan.of(plan) == Plan.FACTORED
                && !engines.padsOtherwise();
        if (write && !standard) {
            throw CommandFailure.usage("--write needs the standard scores of a whole split: expected none of --limit,"
                    + " --max-distance, --cardinality, --parity, --pad, --plan and --size-multiple");
        }
    }

    private ScorerOptions options(double tolerance) {
        double[] thresholds = BoundaryOptions.STANDARD.thresholds();
        double distance = maxDistance != null ? maxDistance : tolerance;
        return new ScorerOptions(parity, new BoundaryOptions(distance, thresholds, !cardinality));
    }

    private Evaluation scorePredictions() {
        String kind = selection.kind();
        String name = PredictionEvaluation.experiment(predictions);
        int outputs = classes != null && hasClasses(kind) ? classes : datasets.classes(kind);
        if (!datasets.isGiven()) {
            PredictionEvaluation scoring =
                    PredictionEvaluation.of(predicted(kind, outputs), predictions, labels, !datasets.isPlain());
            return scoring.score(limited(scoring.ids()), options(datasets.boundaryTolerance()), pictures, name);
        }
        LabelledDataset dataset = datasets.open(kind, outputs, folders(kind).withDepth(quantity()));
        TaskKind task = predicted(kind, hasClasses(kind) ? classes(dataset, kind) : outputs);
        PredictionEvaluation scoring = PredictionEvaluation.of(task, predictions, dataset);
        return scoring.score(limited(scoring.ids()), options(dataset.boundaryTolerance()), pictures, name);
    }

    private DepthQuantity quantity() {
        return quantity == null ? DepthQuantity.DISTANCE : DepthQuantity.of(quantity);
    }

    /** What predictions are of, which their files don't say. */
    private TaskKind predicted(String kind, int outputs) {
        if (quantity() == DepthQuantity.DISTANCE) {
            return task(kind, outputs);
        }
        if (!kind.equals(Depth.ID)) {
            throw CommandFailure.usage("--quantity needs depth: quantity=%s, task=%s".formatted(quantity, kind));
        }
        return Depth.INVERSE;
    }

    private PlainOptions folders(String kind) {
        return labels == null ? PlainOptions.NONE : PlainOptions.labels(kind, labels.toString());
    }

    private static boolean hasClasses(String kind) {
        return kind.equals(ReferenceTask.SEMSEG.kindId()) || kind.equals(ReferenceTask.HUMAN_PARTS.kindId());
    }

    private static TaskKind task(String kind, int outputs) {
        ReferenceTask reference = ReferenceTask.of(kind);
        try {
            return reference.kind(outputs);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure("number of classes: value=%d, expected=2..255".formatted(outputs));
        }
    }

    /** How many classes mIoU is the mean of: the data set's, and where it doesn't say, those that were given. */
    private int classes(LabelledDataset dataset, String kind) {
        int known = dataset.classes(kind).size();
        if (known == 0 && classes == null) {
            throw new CommandFailure(
                    "how many classes? expected --classes N, or classes.txt in the data set [data=%s, task=%s]"
                            .formatted(dataset.name(), kind));
        }
        if (known > 0 && classes != null && classes != known) {
            throw new CommandFailure("number of classes: --classes=%d, expected the data set's %d [data=%s, task=%s]"
                    .formatted(classes, known, dataset.name(), kind));
        }
        return known > 0 ? known : classes;
    }

    /** @param unscored gets why packs have no scores, which keeps the others from nothing */
    private List<Evaluation> scorePacks(List<String> unscored) throws IOException {
        CalibratedBank bank = selection.calibratedBank();
        List<Path> files = selection.packFiles();
        List<PackScoring> scorings = new ArrayList<>();
        for (Path file : files) {
            scorings.add(scoring(file, PackReader.read(file, bank.bank()), files.size() > 1));
        }
        Optional<PaddedInput> padding = pad == null
                ? datasets.padding()
                : pad.equals("none") ? Optional.empty() : Optional.of(PaddedInput.parse(pad));
        if (padding.isPresent() && engines.padsOtherwise()) {
            throw CommandFailure.usage(
                    "--size-multiple pads images that are scaled as the packs say: expected --pad none");
        }
        EngineOptions options = engines.options();
        // What a manifest says is comparable wherever it was measured.
        PackEvaluation.run(
                write ? options.withSizeMultiple(EngineOptions.OWN_MULTIPLE) : options, bank, scorings, padding);
        List<Evaluation> evaluations = new ArrayList<>();
        for (PackScoring scoring : scorings) {
            try {
                evaluations.add(evaluation(scoring));
            } catch (DatasetException e) {
                PackManifest manifest = scoring.pack().manifest();
                unscored.add("%s [pack=%s@%s, data=%s, split=%s]"
                        .formatted(
                                e.getMessage(),
                                manifest.name(),
                                manifest.version(),
                                scoring.dataset().name(),
                                scoring.dataset().split()));
            }
        }
        return evaluations;
    }

    /** @param several whether each pack has a folder of its own for what is written */
    private PackScoring scoring(Path file, ModulatorPack pack, boolean several) throws IOException {
        PackManifest manifest = pack.manifest();
        if (write) {
            checkDraft(file, manifest);
        }
        LabelledDataset dataset =
                datasets.open(manifest.task(), folders(manifest.task().id()));
        LabelClasses.check(manifest, dataset);
        Scorer scorer = Scorer.of(manifest.task(), options(dataset.boundaryTolerance()));
        String own = several ? manifest.name() + "@" + manifest.version() : "";
        return new PackScoring(
                file,
                pack,
                Plan.of(plan),
                dataset,
                limited(dataset.ids()),
                scorer,
                folder(pictures, own),
                folder(saved, own));
    }

    private static Path folder(Path folder, String own) throws IOException {
        return folder == null ? null : Files.createDirectories(folder.resolve(own));
    }

    private Evaluation evaluation(PackScoring scoring) throws IOException {
        PackManifest manifest = scoring.pack().manifest();
        LabelledDataset dataset = scoring.dataset();
        Map<String, Double> scores = scoring.scorer().scores();
        scoring.scorer().remarks().forEach(remark -> System.err.println("facet: " + remark));
        String digest = scoring.pack().digest();
        if (write) {
            digest = PackWriter.write(scoring.file(), scored(scoring.pack(), dataset, scores));
            System.err.println("facet: wrote the scores into " + scoring.file());
        }
        return new Evaluation(
                manifest.name() + "@" + manifest.version(),
                digest,
                manifest.task().id(),
                dataset.name(),
                dataset.split(),
                scoring.ids().size(),
                withAbsentClasses(manifest.task(), scores),
                scoring.scorer().curves());
    }

    /** Scores with a place for every class, in their order. */
    private static Map<String, Double> withAbsentClasses(TaskKind kind, Map<String, Double> scores) {
        if (!(kind instanceof ClassKind labelled)) {
            return scores;
        }
        Map<String, Double> all = new LinkedHashMap<>(scores);
        labelled.classNames().forEach(name -> {
            Double iou = all.remove("IoU/" + name);
            all.put("IoU/" + name, iou);
        });
        return all;
    }

    private List<String> limited(List<String> ids) {
        return limit == null ? ids : ids.subList(0, Math.min(limit, ids.size()));
    }

    /** In the store of a server a pack lies as {@code packs/NAME/VERSION.safetensors}: what it holds is no draft. */
    private static void checkDraft(Path file, PackManifest manifest) {
        Path path = file.toAbsolutePath().normalize();
        if (path.endsWith(Path.of("packs", manifest.name(), manifest.version() + ".safetensors"))) {
            throw new CommandFailure(
                    "no draft: pack=%s was plugged; its bytes can't change under its version".formatted(file));
        }
    }

    private static ModulatorPack scored(ModulatorPack pack, LabelledDataset dataset, Map<String, Double> scores) {
        List<Score> all = new ArrayList<>();
        for (Score score : pack.manifest().scores()) {
            if (!score.dataset().equals(dataset.name()) || !score.split().equals(dataset.split())) {
                all.add(score);
            }
        }
        scores.forEach((metric, value) -> {
            if (!metric.startsWith("IoU/")) {
                all.add(new Score(dataset.name(), dataset.split(), metric, value));
            }
        });
        return new ModulatorPack(pack.manifest().withScores(all), pack.tensors(), "");
    }
}

package dev.facet.cli;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.PackWriter;
import dev.facet.core.pack.Score;
import dev.facet.evaluation.boundary.BoundaryOptions;
import dev.facet.evaluation.dataset.LabelledDataset;
import dev.facet.evaluation.dataset.PlainDataset;
import dev.facet.evaluation.dataset.ReferenceFolder;
import dev.facet.evaluation.metric.Scorer;
import dev.facet.evaluation.metric.ScorerOptions;
import dev.facet.evaluation.report.Evaluation;
import dev.facet.runtime.engine.DeviceChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code facet evaluate}: scores a pack on a data set, or a folder of predictions against a folder of labels. */
@Command(
        name = "evaluate",
        mixinStandardHelpOptions = true,
        description = {
            "Scores a pack on whole images, exactly as the server answers them, or predictions that are there already.",
            "Data sets: images/ID.jpg, segmentation|human_parts|depth|normals|saliency|edges/ID.png,",
            "edges_annotators/ID_k.png, splits/NAME.txt, classes.txt."
        },
        footer = {
            "",
            "Examples: facet evaluate --pack models/edges.safetensors --data bsds500 --split test --json",
            "          facet evaluate --task segmentation --data msrc21 --split val --limit 10 --pictures look/",
            "          facet evaluate --predictions pred/semseg --labels gt/semseg --task semseg --json"
        })
final class EvaluateCommand implements Callable<Integer> {
    @Mixin
    private PackSelection selection;

    @Option(names = "--data", description = "Folder of the data set.")
    private Path data;

    @Option(names = "--split", defaultValue = "test", description = "Name of a list in splits/ (default: test).")
    private String split;

    @Option(names = "--limit", description = "Score the first N images only.")
    private Integer limit;

    @Option(names = "--pictures", description = "Folder for pictures of photo, prediction and truth side by side.")
    private Path pictures;

    @Option(
            names = "--write",
            description = "Add the scores to the manifest of a draft: a pack that was never plugged or committed.")
    private boolean write;

    @Option(
            names = "--predictions",
            description = "Folder of predictions in the reference's formats, instead of a pack.")
    private Path predictions;

    @Option(names = "--labels", description = "Folder of labels for --predictions.")
    private Path labels;

    @Option(names = "--classes", description = "Number of classes for --predictions (default: 21, human parts 7).")
    private Integer classes;

    @Option(names = "--parity", description = "Score depth exactly as the reference does, unknown pixels included.")
    private boolean parity;

    @Option(
            names = "--max-distance",
            defaultValue = "0.0075",
            description =
                    "Edges: largest distance of a match as a share of the diagonal (default: 0.0075; NYUD: 0.011).")
    private double maxDistance;

    @Option(names = "--cardinality", description = "Edges: match as many as possible, without preferring the nearest.")
    private boolean cardinality;

    @Option(names = "--device", defaultValue = "auto", description = "auto, cpu or cuda[:n] (default auto).")
    private String device;

    @Option(names = "--json", description = "Print JSON instead of a table.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        if (limit != null && limit < 1) {
            throw new CommandFailure("number of images: limit=%d, expected at least 1".formatted(limit));
        }
        if ((predictions == null) != (labels == null)) {
            throw new CommandFailure("predictions need labels: expected --predictions DIR and --labels DIR together");
        }
        if ((predictions == null) == (data == null)) {
            throw new CommandFailure("what to score? expected --data DIR, or --predictions DIR and --labels DIR");
        }
        if (write && limit != null) {
            throw new CommandFailure("--write needs the scores of a whole split: limit=%d".formatted(limit));
        }
        Evaluation evaluation = predictions != null ? scorePredictions() : scorePack();
        System.out.println(json ? evaluation.json() : evaluation.markdown().stripTrailing());
        return 0;
    }

    private ScorerOptions options() {
        double[] thresholds = BoundaryOptions.STANDARD.thresholds();
        return new ScorerOptions(parity, new BoundaryOptions(maxDistance, thresholds, !cardinality));
    }

    private Evaluation scorePredictions() {
        if (write || pictures != null) {
            throw new CommandFailure("--write and --pictures need a pack: expected --data DIR, not --predictions");
        }
        var kind = ReferenceKinds.of(selection.kind(), classes);
        ReferenceFolder folder = ReferenceFolder.open(kind, predictions, labels);
        List<String> ids = limited(folder.ids());
        Scorer scorer = Scorer.of(kind, options());
        try (ProgressBar progress = Progress.bar("scoring", ids.size())) {
            Workers.each(ids, Defaults.threads(), id -> {
                scorer.add(id, folder.prediction(id), folder.label(id));
                progress.step();
            });
        }
        // By class they are in the curve "iou", as in the reference's own report.
        Map<String, Double> scores = new LinkedHashMap<>(scorer.scores());
        scores.keySet().removeIf(name -> name.startsWith("IoU/"));
        return new Evaluation("", "", kind.id(), "", "", ids.size(), scores, scorer.curves());
    }

    private Evaluation scorePack() throws IOException {
        FilterBank bank = selection.bank();
        Path file = selection.packFile();
        ModulatorPack pack = selection.pack(bank);
        PackManifest manifest = pack.manifest();
        if (write) {
            checkDraft(file, manifest);
        }
        LabelledDataset dataset =
                PlainDataset.open(data, List.of(manifest.task().id()), split);
        LabelClasses.check(manifest, dataset);
        if (pictures != null) {
            Files.createDirectories(pictures);
        }
        List<String> ids = limited(dataset.ids());
        Scorer scorer = Scorer.of(manifest.task(), options());
        PackEvaluation.run(DeviceChoice.of(device), bank, pack, dataset, ids, scorer, pictures);
        Map<String, Double> scores = scorer.scores();
        String digest = pack.digest();
        if (write) {
            digest = PackWriter.write(file, scored(pack, dataset, scores));
            System.err.println("facet: wrote the scores into " + file);
        }
        String name = manifest.name() + "@" + manifest.version();
        return new Evaluation(name, digest, manifest.task().id(), dataset.name(), split, ids.size(), scores, Map.of());
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

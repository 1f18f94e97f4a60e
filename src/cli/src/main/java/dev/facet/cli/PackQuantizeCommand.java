package dev.facet.cli;

import dev.facet.core.network.Stage;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.PackReader;
import dev.facet.core.pack.PackWriter;
import dev.facet.core.pack.Plan;
import dev.facet.core.quantization.ActivationHistogram;
import dev.facet.core.quantization.CalibrationFile;
import dev.facet.core.quantization.CalibrationMethod;
import dev.facet.core.task.TaskKind;
import dev.facet.evaluation.boundary.BoundaryOptions;
import dev.facet.evaluation.dataset.LabelledDataset;
import dev.facet.evaluation.dataset.PlainOptions;
import dev.facet.evaluation.metric.Scorer;
import dev.facet.evaluation.metric.ScorerOptions;
import dev.facet.evaluation.report.Headline;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.EngineOptions;
import dev.facet.runtime.engine.PackQuantizer;
import dev.facet.runtime.engine.ort.ActivationRecorder;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code facet pack quantize}: a version of a pack with an int8 plan. */
@Command(
        name = "quantize",
        description = {
            "Measures on images which values the pack's activations take, and writes a new version of the pack that can run in",
            "int8. With --data its metric is measured under factored and int8, and the relative change goes into the manifest;",
            "without, the plan isn't offered. The bank needs a calibration beside it (facet bank calibrate).",
            "The same inputs give the same bytes."
        },
        footer = {
            "",
            "Example: facet pack quantize models/edges.safetensors --images bsds500 --data bsds500 --split val --out edges-3.safetensors"
        })
final class PackQuantizeCommand implements Callable<Integer> {
    @Parameters(paramLabel = "PACK", description = "A pack file; it stays as it is.")
    private Path file;

    @Option(names = "--bank", description = "Filter bank (default: models/bank.safetensors).")
    private Path bankFile;

    @Mixin
    private CalibrationImages images;

    @Mixin
    private DatasetSelection datasets;

    @Option(
            names = "--labels",
            paramLabel = "NAME",
            description = "With --data, the folder of labels in it, where that isn't the kind's, for example voc.")
    private String labels;

    @Option(names = "--limit", description = "Measure on the first N images of the split only.")
    private Integer limit;

    @Option(
            names = "--method",
            description =
                    "min-max, percentile or least-error (default: with --data the one that scores best, else percentile).")
    private String method;

    @Option(
            names = "--fp32",
            paramLabel = "LAYER",
            split = ",",
            description = "Convolutions that stay in fp32, beside the stem, the pooled branch and the last one.")
    private List<String> fp32 = List.of();

    @Option(
            names = {"--version", "--pack-version"},
            description = "Version of the new pack (default: one more).")
    private String version;

    @Option(names = "--out", required = true, description = "Where the new pack goes; no file is replaced.")
    private Path out;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    private boolean help;

    /** A way of quantizing, and what it comes to. */
    private record Result(ModulatorPack pack, double score, double change) {}

    @Override
    public Integer call() throws IOException {
        if (Files.exists(out)) {
            throw new FileAlreadyExistsException(out.toString());
        }
        if (limit != null && limit < 1) {
            throw new CommandFailure("number of images: limit=%d, expected at least 1".formatted(limit));
        }
        if (labels != null && !(datasets.isGiven() && datasets.isPlain())) {
            throw CommandFailure.usage("--labels needs --data in the plain layout: labels=%s".formatted(labels));
        }
        Path bank = Defaults.bank(bankFile);
        CalibratedBank calibrated = CalibratedBank.read(bank);
        ModulatorPack pack = versioned(PackReader.read(file, calibrated.bank()));
        if (pack.manifest().modulatedFrom() != Stage.CONV1
                && calibrated.calibration().isEmpty()) {
            throw new CommandFailure(
                    "no calibration of the bank: file=%s, expected one there; make it with 'facet bank calibrate'"
                            .formatted(CalibrationFile.beside(bank)));
        }
        Optional<LabelledDataset> dataset = datasets.isGiven() ? Optional.of(open(pack.manifest())) : Optional.empty();
        List<Path> files = images.files();
        Map<String, ActivationHistogram> activations = record(calibrated, pack, files);
        List<ModulatorPack> candidates = new ArrayList<>();
        try (Engine engine = calibrated.open(EngineOptions.cpu(0))) {
            for (CalibrationMethod each : methods(dataset.isPresent())) {
                PackQuantizer.Choice choice = new PackQuantizer.Choice(each, images.name(), files.size(), fp32);
                candidates.add(PackQuantizer.quantize(pack, activations, choice, calibrated.calibration(), engine));
            }
        }
        write(
                dataset.isPresent()
                        ? measured(calibrated, pack, candidates, dataset.get())
                        : unmeasured(candidates.get(0)));
        return 0;
    }

    private ModulatorPack versioned(ModulatorPack pack) {
        PackManifest before = pack.manifest();
        String next = version != null ? version : Long.toString(Long.parseLong(before.version()) + 1);
        if (next.equals(before.version())) {
            throw new CommandFailure("nothing new: version=%s, expected another one than the pack's".formatted(next));
        }
        return new ModulatorPack(before.withAddress(before.name(), next, before.description()), pack.tensors(), "");
    }

    private List<CalibrationMethod> methods(boolean measured) {
        if (method != null) {
            return List.of(CalibrationMethod.of(method));
        }
        return measured ? List.of(CalibrationMethod.values()) : List.of(CalibrationMethod.PERCENTILE);
    }

    private LabelledDataset open(PackManifest manifest) {
        TaskKind task = manifest.task();
        LabelledDataset dataset =
                datasets.open(task, labels == null ? PlainOptions.NONE : PlainOptions.labels(task.id(), labels));
        LabelClasses.check(manifest, dataset);
        return dataset;
    }

    private static Map<String, ActivationHistogram> record(
            CalibratedBank calibrated, ModulatorPack pack, List<Path> files) {
        try (ActivationRecorder recorder = ActivationRecorder.ofPack(calibrated.bank(), pack, EngineOptions.cpu(0));
                Progress progress = Progress.bar("calibrating", 2L * files.size())) {
            return recorder.record(CalibrationImages.inputs(
                    files, pack.manifest().input(), calibrated.bank().manifest().input(), progress));
        }
    }

    private Result unmeasured(ModulatorPack candidate) {
        System.err.println(
                "facet: int8 isn't offered by the pack, since its metric wasn't measured: expected --data DIR");
        PackManifest manifest = candidate.manifest();
        PackManifest silent = manifest.withQuantization(manifest.quantization(), PackQuantizer.plans(manifest, null));
        return new Result(new ModulatorPack(silent, candidate.tensors(), ""), Double.NaN, Double.NaN);
    }

    /** The candidate that scores best; of equal ones the first. */
    private Result measured(
            CalibratedBank calibrated, ModulatorPack pack, List<ModulatorPack> candidates, LabelledDataset dataset) {
        List<PackScoring> scorings = new ArrayList<>();
        scorings.add(scoring(pack, Plan.FACTORED, dataset));
        candidates.forEach(candidate -> scorings.add(scoring(candidate, Plan.INT8, dataset)));
        PackEvaluation.run(
                EngineOptions.cpu(0).withSizeMultiple(EngineOptions.OWN_MULTIPLE),
                calibrated,
                scorings,
                Optional.empty());
        Headline headline = Headline.of(pack.manifest().task());
        double reference = score(scorings.get(0), headline);
        Result best = null;
        for (int i = 0; i < candidates.size(); i++) {
            ModulatorPack candidate = candidates.get(i);
            double score = score(scorings.get(i + 1), headline);
            double change = (score - reference) / Math.abs(reference);
            System.err.printf(
                    "facet: %s: %s %.5f under factored, %.5f under int8 (%+.2f %%)%n",
                    candidate.manifest().quantization().orElseThrow().method().id(),
                    headline.metric(),
                    reference,
                    score,
                    100 * change);
            if (best == null || (headline.lowerIsBetter() ? score < best.score() : score > best.score())) {
                PackManifest manifest = candidate.manifest();
                PackManifest told =
                        manifest.withQuantization(manifest.quantization(), PackQuantizer.plans(manifest, change));
                best = new Result(new ModulatorPack(told, candidate.tensors(), ""), score, change);
            }
        }
        return best;
    }

    private PackScoring scoring(ModulatorPack pack, Plan plan, LabelledDataset dataset) {
        double tolerance = dataset.boundaryTolerance();
        BoundaryOptions boundaries = new BoundaryOptions(tolerance, BoundaryOptions.STANDARD.thresholds(), true);
        List<String> ids = limit == null
                ? dataset.ids()
                : dataset.ids().subList(0, Math.min(limit, dataset.ids().size()));
        Scorer scorer = Scorer.of(pack.manifest().task(), new ScorerOptions(false, boundaries));
        return new PackScoring(file, pack, plan, dataset, ids, scorer, null, null);
    }

    private static double score(PackScoring scoring, Headline headline) {
        return scoring.scorer().scores().get(headline.metric());
    }

    private void write(Result result) throws IOException {
        String digest = PackWriter.write(out, result.pack());
        PackManifest manifest = result.pack().manifest();
        System.out.printf(
                "pack %s@%s %s (%s, %s)%n",
                manifest.name(),
                manifest.version(),
                digest,
                manifest.quantization().orElseThrow().method().id(),
                Double.isNaN(result.change()) ? "int8 not offered" : "int8 %+.2f %%".formatted(100 * result.change()));
    }
}

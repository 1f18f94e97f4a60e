package dev.facet.cli;

import dev.facet.core.encoding.EncodingOptions;
import dev.facet.core.failure.Failures;
import dev.facet.core.image.ImageDecoder;
import dev.facet.core.image.ImageException;
import dev.facet.core.image.ImageLimits;
import dev.facet.core.image.InputTensor;
import dev.facet.core.image.Raster;
import dev.facet.core.image.Resolution;
import dev.facet.core.image.Tiling;
import dev.facet.core.npy.NpyReader;
import dev.facet.core.npy.NpyWriter;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.Plan;
import dev.facet.core.task.ClassKind;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.EngineException;
import dev.facet.runtime.engine.PreparedPack;
import dev.facet.runtime.prediction.ParameterException;
import dev.facet.runtime.schedule.EngineTurns;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code facet predict}: answers images without a server. */
@Command(
        name = "predict",
        mixinStandardHelpOptions = true,
        description = {
            "Answers images exactly as the server does: files, folders and globs, many in one call.",
            "Several packs (--task a,b and --pack, more than once) share the image and what",
            "their networks have in common. -o is then a folder with a file for each pack:",
            "IMAGE.KIND.SUFFIX; where two packs have one kind, IMAGE.NAME.SUFFIX.",
            "With --tensor: answers a normalised input [1, 3, H, W] with what the reference's forward gives, [1, C, H, W]:",
            "logits, unit normals or raw depth at the input's size."
        },
        footer = {
            "",
            "Examples: facet predict image.jpg --task edges -o edges.png",
            "          facet predict image.jpg --task normals -o - | display",
            "          facet predict images/ 'more/*.png' --task segmentation --render overlay -o answers/",
            "          facet predict image.jpg --task depth,normals,edges -o answers/",
            "          facet predict large.jpg --task edges --tile 512 -o edges.png",
            "          facet predict --pack normals.safetensors --bank bank.safetensors --tensor input.npy -o output.npy"
        })
final class PredictCommand implements Callable<Integer> {
    @Parameters(paramLabel = "IMAGE", arity = "0..*", description = "Images, folders of images, or globs.")
    private List<String> images = List.of();

    @Mixin
    private PackSelection selection;

    @Option(names = "--tensor", description = "A NumPy file with a normalised input instead of images.")
    private Path tensor;

    @Option(
            names = {"-o", "--out"},
            required = true,
            description =
                    "File for one image and one pack (- for standard output), else a folder (with a slash at its end where it is new).")
    private String out;

    @Option(names = "--format", description = "png, npy, bin, json or jpg (default: by the file's ending, else png).")
    private String format;

    @Option(names = "--render", defaultValue = "plain", description = "plain, overlay, turbo or magma.")
    private String render;

    @Option(names = "--alpha", defaultValue = "0.5", description = "Opacity of an overlay (default 0.5).")
    private double alpha;

    @Option(names = "--bits", defaultValue = "8", description = "Bits of grey and normals in PNG: 8 or 16.")
    private int bits;

    @Option(names = "--threshold", defaultValue = "0.5", description = "From which on a probability counts in JSON.")
    private double threshold;

    @Option(
            names = "--unknown",
            paramLabel = "P",
            defaultValue = "0",
            description =
                    "Pixels whose most likely class has a lower probability are unknown, class id 255 (0..1; default 0:"
                            + " none). Segmentation and human-parts.")
    private double unknown;

    @Option(
            names = "--side",
            paramLabel = "PIXELS",
            description = "The answer's longer side instead of the image's own; the network sees the same.")
    private Integer side;

    @Option(
            names = "--tile",
            paramLabel = "PIXELS",
            description =
                    "The image goes through the network at its own resolution, in tiles of that side (a multiple of "
                            + "16 from 64 on), instead of whole and scaled down.")
    private Integer tile;

    @Option(
            names = "--overlap",
            paramLabel = "PIXELS",
            description = "What neighbouring tiles share at least, a multiple of 16 (default a quarter of a tile).")
    private Integer overlap;

    @Option(
            names = "--plan",
            defaultValue = "auto",
            description =
                    "auto, factored, merged or int8 (default auto: int8 where pack, bank and processor allow it).")
    private String plan;

    @Mixin
    private EngineSelection engines;

    @Override
    public Integer call() throws IOException {
        if ((tensor == null) == images.isEmpty()) {
            throw CommandFailure.usage("what to answer? expected images or --tensor FILE, and not both");
        }
        Resolution resolution = resolution();
        if (tensor != null && !resolution.equals(Resolution.USUAL)) {
            throw CommandFailure.usage("--side and --tile are for images: a tensor is answered at its own size");
        }
        CalibratedBank bank = selection.calibratedBank();
        List<ModulatorPack> packs = selection.packs(bank.bank());
        if (unknown != 0 && (tensor != null || packs.stream().noneMatch(PredictCommand::hasClasses))) {
            throw CommandFailure.usage(
                    "--unknown is for images and packs with classes: expected a pack of segmentation or human-parts");
        }
        return tensor != null ? answerTensor(bank, packs) : answerImages(bank, packs, resolution);
    }

    private static boolean hasClasses(ModulatorPack pack) {
        return pack.manifest().task() instanceof ClassKind;
    }

    private Resolution resolution() {
        if (overlap != null && tile == null) {
            throw CommandFailure.usage("--overlap is part of --tile: expected both");
        }
        try {
            Optional<Tiling> tiling = Optional.ofNullable(tile)
                    .map(size -> overlap == null ? Tiling.of(size) : new Tiling(size, overlap));
            return new Resolution(side == null ? OptionalInt.empty() : OptionalInt.of(side), tiling);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(e.getMessage());
        }
    }

    private int answerTensor(CalibratedBank bank, List<ModulatorPack> packs) throws IOException {
        if (packs.size() > 1) {
            throw CommandFailure.usage(
                    "a tensor is answered by one pack: expected one --pack FILE or --task KIND, not " + packs.size());
        }
        ModulatorPack pack = packs.get(0);
        Tensor input = NpyReader.read(tensor);
        Shape shape = input.shape();
        if (shape.rank() != 4
                || shape.extent(0) != 1
                || shape.extent(1) != 3
                || shape.extent(2) < 1
                || shape.extent(3) < 1) {
            throw new CommandFailure("input tensor: shape=%s, expected [1, 3, H, W]".formatted(shape));
        }
        int height = shape.intExtent(2);
        int width = shape.intExtent(3);
        FloatBuffer nchw = InputTensor.allocate(height, width);
        input.copyTo(nchw);
        nchw.rewind();
        try (Engine engine = bank.open(engines.options());
                PreparedPack prepared = engine.prepare(pack, plan(engine, pack))) {
            float[] answer = pack.manifest().task().forward(prepared.run(nchw, height, width), height, width);
            Shape answered = new Shape(1, pack.manifest().task().outputs(), height, width);
            byte[] npy = NpyWriter.floats(answered, answer);
            new Output(out).write(stream -> stream.write(npy));
        }
        return 0;
    }

    private Plan plan(Engine engine, ModulatorPack pack) {
        return plan.equals("auto") ? engine.automaticPlan(pack.manifest()) : Plan.of(plan);
    }

    private int answerImages(CalibratedBank bank, List<ModulatorPack> packs, Resolution resolution) throws IOException {
        List<String> words =
                OutputFiles.words(packs.stream().map(ModulatorPack::manifest).toList());
        List<OutputFiles.Job> jobs = OutputFiles.jobs(images, new Output(out), format, words);
        EncodingOptions options =
                new EncodingOptions(EncodingOptions.Render.of(render), alpha, bits, threshold, unknown);
        // Several images keep the cores busy with one thread each; one image gets them all.
        int workers = Math.min(Defaults.threads(), jobs.size());
        EngineTurns turns = new EngineTurns(Math.max(1, workers));
        // By job, so that they are told in the order of the images.
        Outcome[] outcomes = new Outcome[jobs.size()];
        try (Engine engine = bank.open(engines.options().withThreads(workers > 1 ? 1 : 0));
                ImageAnswers answers = new ImageAnswers(engine, turns, options, resolution);
                Progress progress = jobs.size() > 1 ? Progress.bar("predicting", jobs.size()) : null) {
            for (ModulatorPack pack : packs) {
                answers.add(pack, plan(engine, pack));
            }
            ParallelWork.each(IntStream.range(0, jobs.size()).boxed().toList(), workers, job -> {
                outcomes[job] = answer(jobs.get(job), answers, words);
                if (progress != null) {
                    progress.step();
                }
            });
        }
        List<String> failures = Stream.of(outcomes)
                .flatMap(outcome -> outcome.failures().stream())
                .toList();
        failures.forEach(failure -> System.err.println("facet: " + failure));
        int files = jobs.size() * packs.size();
        if (files > 1) {
            int written = Stream.of(outcomes).mapToInt(Outcome::written).sum();
            System.err.printf("facet: %d written, %d failed%n", written, files - written);
        }
        return failures.isEmpty() ? 0 : 1;
    }

    /**
     * What became of an image's answers.
     *
     * @param written files
     * @param failures a sentence each
     */
    private record Outcome(int written, List<String> failures) {}

    private static Outcome answer(OutputFiles.Job job, ImageAnswers answers, List<String> words) {
        List<ImageAnswers.Answer> given;
        try {
            Raster image = ImageDecoder.read(job.image(), ImageLimits.DEFAULT);
            given = answers.answer(image, job.representation());
        } catch (IOException | ImageException | ParameterException e) {
            return new Outcome(0, List.of("%s: %s".formatted(job.image(), Failures.describe(e))));
        }
        int written = 0;
        List<String> failures = new ArrayList<>();
        for (int i = 0; i < given.size(); i++) {
            try {
                Output.Content content = given.get(i).orThrow().content()::writeTo;
                if (job.targets().isEmpty()) {
                    new Output("-").write(content);
                } else {
                    Output.write(job.targets().get(i), content);
                }
                written++;
            } catch (IOException | EngineException | ParameterException e) {
                String which = words.isEmpty() ? "" : ", " + words.get(i);
                failures.add("%s%s: %s".formatted(job.image(), which, Failures.describe(e)));
            }
        }
        return new Outcome(written, failures);
    }
}

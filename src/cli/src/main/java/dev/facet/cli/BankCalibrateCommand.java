package dev.facet.cli;

import dev.facet.core.bank.BankReader;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.image.InputPolicy;
import dev.facet.core.quantization.ActivationHistogram;
import dev.facet.core.quantization.ActivationScale;
import dev.facet.core.quantization.BankCalibration;
import dev.facet.core.quantization.CalibrationFile;
import dev.facet.core.quantization.CalibrationMethod;
import dev.facet.runtime.engine.EngineOptions;
import dev.facet.runtime.engine.ort.ActivationRecorder;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code facet bank calibrate}: the scales of the bank's own network, which all packs in int8 share. */
@Command(
        name = "calibrate",
        mixinStandardHelpOptions = true,
        description = {
            "Measures on images which values the bank's own network takes, and writes the scales of its int8 form beside the bank.",
            "Packs are quantized with it (facet pack quantize) and name its digest: with another one they can't run in int8.",
            "The same images give the same bytes."
        },
        footer = {"", "Example: facet bank calibrate --images imagenet-samples/"})
final class BankCalibrateCommand implements Callable<Integer> {
    @Option(names = "--bank", description = "Filter bank (default: models/bank.safetensors).")
    private Path bankFile;

    @Mixin
    private CalibrationImages images;

    @Option(names = "--size", defaultValue = "512", description = "Longer side of the images in pixels (default 512).")
    private int size;

    @Option(
            names = "--output-stride",
            defaultValue = "16",
            description = "8 or 16 (default 16), as the packs have it; 16 for packs of 32, too.")
    private int outputStride;

    @Option(
            names = "--method",
            defaultValue = "percentile",
            description = "min-max, percentile or least-error (default percentile).")
    private String method;

    @Option(names = "--provenance", defaultValue = "", description = "Where the images come from, for the manifest.")
    private String provenance;

    @Option(names = "--licence", defaultValue = "unknown", description = "Terms, for the manifest.")
    private String licence;

    @Option(names = "--out", description = "Where it goes (default: beside the bank, as bank-int8.safetensors).")
    private Path out;

    @Override
    public Integer call() throws IOException {
        Path source = Defaults.bank(bankFile);
        FilterBank bank = BankReader.read(source);
        if (!bank.hasInitialValues()) {
            throw new CommandFailure("the bank has no network of its own: it lacks initial values [bank=%s]"
                    .formatted(source.getFileName()));
        }
        CalibrationMethod chosen = CalibrationMethod.of(method);
        Path target = out != null ? out : CalibrationFile.beside(source);
        if (Files.exists(target)) {
            throw new FileAlreadyExistsException(target.toString());
        }
        List<Path> files = images.files();
        BankCalibration.Manifest manifest = new BankCalibration.Manifest(
                bank.fingerprint(),
                bank.manifest().architecture(),
                outputStride,
                chosen,
                images.name(),
                files.size(),
                provenance,
                licence);
        Map<String, ActivationScale> scales = new LinkedHashMap<>();
        record(bank, files).forEach((activation, seen) -> scales.put(activation, seen.scale(chosen)));
        BankCalibration written = CalibrationFile.write(target, new BankCalibration(manifest, scales, ""));
        System.out.printf(
                "calibration %s (%d activations, %d images)%n", written.digest(), scales.size(), files.size());
        return 0;
    }

    private Map<String, ActivationHistogram> record(FilterBank bank, List<Path> files) {
        InputPolicy policy = new InputPolicy(size, false, InputPolicy.USUAL_MULTIPLE);
        try (ActivationRecorder recorder = ActivationRecorder.ofPrefix(bank, outputStride, EngineOptions.cpu(0));
                Progress progress = Progress.bar("calibrating", 2L * files.size())) {
            return recorder.record(
                    CalibrationImages.inputs(files, policy, bank.manifest().input(), progress));
        }
    }
}
